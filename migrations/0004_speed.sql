-- What is kept of a persona is kept under its version, so every change of the row bumps it, also the
-- change that forgets to.

create function bump_persona_version() returns trigger
language plpgsql as $$
begin
    if new.version = old.version and new is distinct from old then
        new.version := old.version + 1;
    end if;
    return new;
end
$$;

create trigger personas_version before update on personas
    for each row execute function bump_persona_version();
