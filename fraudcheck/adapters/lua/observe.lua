-- Counts one lead under each of its identities, all in one shard, and gives what came before.
--
-- KEYS     a sorted set for each identity: member = a lead's tag, score = when it came, Unix seconds
-- ARGV     1 this lead's tag
--          2 its time
--          3 4 5 where the windows hour, day and month begin
--          6 seconds until an identity that is not seen again is forgotten
-- Returns  hour, day and month for each key in turn, this lead itself left out
--
-- Numbers stay the strings that they came as, since formatting one costs as much as a command.
-- One call removes at most 1,000 outdated sightings of an identity; the rest are not counted and wait.
local tag, at, hour, day, month, ttl = unpack(ARGV)
local hour_start, day_start, month_start = tonumber(hour), tonumber(day), tonumber(month)
local seen = {}
for i, key in ipairs(KEYS) do
  local in_hour, in_day, in_month, own = 0, 0, 0, nil
  local kept = redis.call('ZCARD', key)
  if kept > 0 then
    own = tonumber(redis.call('ZSCORE', key, tag) or nil)
    in_month = redis.call('ZCOUNT', key, month, '+inf')
    if in_month > 0 then in_day = redis.call('ZCOUNT', key, day, '+inf') end
    if in_day > 0 then in_hour = redis.call('ZCOUNT', key, hour, '+inf') end
    if kept > in_month then
      redis.call('ZREMRANGEBYRANK', key, 0, math.min(kept - in_month, 1000) - 1)
    end
  end
  if own and own >= month_start then
    in_month = in_month - 1
    if own >= day_start then in_day = in_day - 1 end
    if own >= hour_start then in_hour = in_hour - 1 end
  else
    redis.call('ZADD', key, at, tag)
    redis.call('EXPIRE', key, ttl)
  end
  seen[#seen + 1], seen[#seen + 2], seen[#seen + 3] = in_hour, in_day, in_month
end
return seen
