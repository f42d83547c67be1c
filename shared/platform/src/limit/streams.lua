-- Takes a place among the streams of one person, or keeps the one that it has.
-- KEYS[1] holds places by the moment at which they end.
-- ARGV: now and life (both milliseconds), the place, how many there may be.
local now, life, place, most = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
redis.call('zremrangebyscore', KEYS[1], '-inf', string.format('%.0f', now))
local has = redis.call('zscore', KEYS[1], place)
if not has and redis.call('zcard', KEYS[1]) >= most then return 0 end
redis.call('zadd', KEYS[1], string.format('%.0f', now + life), place)
redis.call('pexpire', KEYS[1], string.format('%.0f', life))
return 1
