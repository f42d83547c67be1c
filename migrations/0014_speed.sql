-- A run of 100,000 people stores 4,000 shards of their cards: most of the time of starting it went into
-- compressing them. LZ4 takes a fraction of that; a server built without it keeps its own method.
do $$
begin
    alter table run_shards alter column input set compression lz4;
exception when feature_not_supported then
    null;
end
$$;

-- Whoever closes the last shard ends the run, and only one of those who do it at the same moment.
alter table runs add column concluding_until timestamptz;
