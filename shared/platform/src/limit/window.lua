-- Counts a request in the sliding window of KEYS[1] unless its limit is reached; window.rs tells how.
-- The value lists slots, the oldest first: how many requests @ the last one's time.
-- ARGV: now and window (both milliseconds), limit.
-- Answers whether it was counted, how many are counted now, and the milliseconds until one more fits.
local now, window, limit = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local length, counted, slots = window / 60, 0, {}
for count, last in string.gmatch(redis.call('get', KEYS[1]) or '', '(%d+)@(%d+)') do
  local slot = {count = tonumber(count), last = math.min(tonumber(last), now)}
  if slot.last > now - window then
    slots[#slots + 1] = slot
    counted = counted + slot.count
  end
end

local is_within = counted < limit
if is_within then
  counted = counted + 1
  local newest = slots[#slots]
  if newest and math.floor(newest.last / length) == math.floor(now / length) then
    newest.count, newest.last = newest.count + 1, now
  else
    slots[#slots + 1] = {count = 1, last = now}
  end
  local text = {}
  for i, slot in ipairs(slots) do
    text[i] = string.format('%d@%.0f', slot.count, slot.last)
  end
  redis.call('set', KEYS[1], table.concat(text, ' '), 'px', string.format('%.0f', window + length))
end

local left, moment = counted, now
for _, slot in ipairs(slots) do
  left, moment = left - slot.count, slot.last + window
  if left < limit then break end
end
return {is_within and 1 or 0, counted, moment - now}
