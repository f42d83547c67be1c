-- Takes from the buckets of KEYS[1], a hash of the moments (microseconds) at which each is paid off.
-- ARGV: burst, longest wait (both microseconds), then amount and rate per minute of requests and of
-- tokens; a rate of 0 is no limit. Answers the wait in microseconds. A wait beyond the longest takes
-- nothing.
local time = redis.call('time')
local now = time[1] * 1000000 + time[2]
local burst, longest = tonumber(ARGV[1]), tonumber(ARGV[2])
local wait, paid = 0, {}
for i, bucket in ipairs({'requests', 'tokens'}) do
  local amount, rate = tonumber(ARGV[2 * i + 1]), tonumber(ARGV[2 * i + 2])
  if rate > 0 then
    local before = math.max(tonumber(redis.call('hget', KEYS[1], bucket) or now), now)
    wait = math.max(wait, before - now - burst)
    paid[bucket] = before + amount * 60000000 / rate
  end
end
if wait <= longest then
  for bucket, moment in pairs(paid) do
    redis.call('hset', KEYS[1], bucket, string.format('%.0f', moment))
  end
  redis.call('pexpire', KEYS[1], 600000)
end
return math.ceil(wait)
