-- Takes back the last request that was counted in the sliding window of KEYS[1]; window.rs tells how.
-- ARGV: now and window (both milliseconds).
local now, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local slots = {}
for count, last in string.gmatch(redis.call('get', KEYS[1]) or '', '(%d+)@(%d+)') do
  local slot = {count = tonumber(count), last = math.min(tonumber(last), now)}
  if slot.last > now - window then
    slots[#slots + 1] = slot
  end
end

local newest = slots[#slots]
if not newest then return 0 end
newest.count = newest.count - 1
if newest.count == 0 then slots[#slots] = nil end
if #slots == 0 then return redis.call('del', KEYS[1]) end
local text = {}
for i, slot in ipairs(slots) do
  text[i] = string.format('%d@%.0f', slot.count, slot.last)
end
redis.call('set', KEYS[1], table.concat(text, ' '), 'px', string.format('%.0f', window + window / 60))
return 1
