-- Counts one lead under each of its identities, all in one shard, and gives what came before (fraudcheck.ports.Seen).
--
-- KEYS     1 where this lead's answer is kept for those who ask again; then one key for each identity
-- ARGV     1 the time, whole Unix seconds
--          2 seconds that the answer is kept
--          then for each identity: seconds until it is forgotten, how many of its last times are asked for, number
--          of its relations, and for each relation the partner's 8 bytes, empty where the lead has none
-- Returns  for each identity in turn: 0 where nothing came before, else 1, five counts, first, last, for each relation
--          three counts and whether this partner is among them, and where last times are asked for, how many there
--          are and these, oldest first; numbers of four bytes, flags and how many of one
--
-- One string holds an identity. Form 2 is one that was seen once, as most are: when, and for each relation 0, or 1 and
-- the partner. Else its form, when it was first and last seen, then
--   form 0   up to FEW times at which it was seen
--   form 1   for each window the newest bucket's number and the counts of its last thirteen buckets
--   form 3   the same, then how many last times and these
-- then for each relation a count and as many partners with when each was last seen, or MANY: these
-- lie in a sorted set beside it.
local STEPS = {25, 300, 7200, 50400, 216000}
local FEW, NEAR, MANY = 20, 24, 255
local SHORT = {2, 3, 5}
local floor, pack, unpack_, byte, sub = math.floor, struct.pack, struct.unpack, string.byte, string.sub

local kept = redis.call('MGET', unpack(KEYS))
if kept[1] then return kept[1] end

local now = tonumber(ARGV[1])
local once = pack('>BI4', 2, now)
local ring_format = '>' .. string.rep('I4', 14)

local function starts_of(at)
  local starts = {}
  for i, step in ipairs(STEPS) do starts[i] = (floor(at / step) - 12) * step end
  return starts
end

local starts_now = starts_of(now)

-- The last `asked` of these times with `at` after them, or of the times before `at`, behind their number.
local function told(times, asked, at)
  local told = {}
  for i = math.max(1, #times - asked + (at and 2 or 1)), #times do told[#told + 1] = times[i] end
  if at then told[#told + 1] = at end
  return pack('>B' .. string.rep('I4', #told), #told, unpack(told))
end

-- Counts in each window, the form and the times or rings with `at` among them, and the last times before.
local function count_times(value, position, at, starts, asked)
  local n
  n, position = unpack_('>B', value, position)
  local times = {unpack_('>' .. string.rep('I4', n), value, position)}
  times[n + 1] = nil  -- where the reading ended
  local counts, kept = {0, 0, 0, 0, 0}, {}
  for i = 1, n do
    local seen = times[i]
    for w = 1, 5 do if seen >= starts[w] then counts[w] = counts[w] + 1 end end
    if seen >= starts[5] then kept[#kept + 1] = seen end
  end
  local latest = asked > 0 and told(kept, asked) or ''
  kept[#kept + 1] = at
  if #kept <= FEW then
    return counts, 0, pack('>B' .. string.rep('I4', #kept), #kept, unpack(kept)), position + 4 * n, latest
  end
  local rings = {}
  for w, step in ipairs(STEPS) do
    local base = floor(at / step)
    local ring = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
    for _, seen in ipairs(kept) do
      local slot = base - floor(seen / step) + 1
      if slot <= 13 then ring[slot] = ring[slot] + 1 end
    end
    rings[w] = pack(ring_format, base, unpack(ring))
  end
  if asked == 0 then return counts, 1, table.concat(rings), position + 4 * n, '' end
  rings[6] = told(kept, asked)
  return counts, 3, table.concat(rings), position + 4 * n, latest
end

local function count_rings(value, position, at, starts, asked, form)
  local counts, rings = {}, {}
  for w, step in ipairs(STEPS) do
    local ring = {unpack_(ring_format, value, position)}
    position = position + 56
    local bucket = floor(at / step)
    local passed = bucket - ring[1]
    local moved, sum = {}, 0
    for slot = 1, 13 do
      local count = slot > passed and ring[slot - passed + 1] or 0
      moved[slot] = count
      sum = sum + count
    end
    moved[1] = moved[1] + 1
    counts[w], rings[w] = sum, pack(ring_format, bucket, unpack(moved))
  end
  local times, latest = {}, ''
  if form == 3 then
    local n
    n, position = unpack_('>B', value, position)
    times = {unpack_('>' .. string.rep('I4', n), value, position)}
    times[n + 1] = nil  -- where the reading ended
    position = position + 4 * n
  end
  if asked == 0 then return counts, 1, table.concat(rings), position, '' end
  while times[1] and times[1] < starts[5] do table.remove(times, 1) end
  rings[6] = told(times, asked, at)
  return counts, 3, table.concat(rings), position, told(times, asked)
end

-- Distinct partners in a sorted set: their counts before, and this partner among them.
local function count_set(key, partner, at, starts, ttl)
  local counts, known = {0, 0, 0}, 0
  redis.call('ZREMRANGEBYSCORE', key, '-inf', '(' .. starts[5])
  counts[3] = redis.call('ZCARD', key)
  if counts[3] > 0 then counts[2] = redis.call('ZCOUNT', key, starts[3], '+inf') end
  if counts[2] > 0 then counts[1] = redis.call('ZCOUNT', key, starts[2], '+inf') end
  if partner ~= '' then
    known = redis.call('ZADD', key, at, partner) == 0 and 1 or 0
    redis.call('EXPIRE', key, ttl)
  end
  return counts, known
end

local function count_partners(value, position, key, partner, at, starts, ttl)
  local n = byte(value, position)
  position = position + 1
  if n == MANY then
    local counts, known = count_set(key, partner, at, starts, ttl)
    return counts, known, string.char(MANY), position
  end
  local counts, known, kept = {0, 0, 0}, 0, {}
  for _ = 1, n do
    local one, seen = sub(value, position, position + 7), unpack_('>I4', value, position + 8)
    if seen >= starts[5] then
      for i, w in ipairs(SHORT) do if seen >= starts[w] then counts[i] = counts[i] + 1 end end
      if one == partner then known = 1 else kept[#kept + 1] = sub(value, position, position + 11) end
    end
    position = position + 12
  end
  if partner ~= '' then kept[#kept + 1] = partner .. pack('>I4', at) end
  if #kept <= NEAR then return counts, known, string.char(#kept) .. table.concat(kept), position end
  for _, entry in ipairs(kept) do redis.call('ZADD', key, unpack_('>I4', entry, 9), sub(entry, 1, 8)) end
  redis.call('EXPIRE', key, ttl)
  return counts, known, string.char(MANY), position
end

-- What was seen once, in form 0.
local function expand(value, relations)
  local _, seen, position = unpack_('>BI4', value)
  local parts, at = {pack('>BI4I4BI4', 0, seen, seen, 1, seen)}, pack('>I4', seen)
  for r = 1, relations do
    if byte(value, position) == 1 then
      parts[r + 1] = sub(value, position, position + 8) .. at
      position = position + 9
    else
      parts[r + 1] = '\0'
      position = position + 1
    end
  end
  return table.concat(parts)
end

local answers, argument = {}, 3
for i = 2, #KEYS do
  local key, ttl, asked, relations = KEYS[i], ARGV[argument], tonumber(ARGV[argument + 1]), tonumber(ARGV[argument + 2])
  argument = argument + 3
  local value = kept[i]
  if value and byte(value) == 2 then value = expand(value, relations) end
  local last = value and unpack_('>I4', value, 6)
  if value and now - last >= tonumber(ttl) then
    for r = 1, relations do redis.call('DEL', key .. ':' .. r) end
    value = false
  end
  local parts = {}
  if not value then
    answers[#answers + 1] = '\0'
    parts[1] = once
    for r = 1, relations do
      local partner = ARGV[argument]
      argument = argument + 1
      parts[r + 1] = partner == '' and '\0' or '\1' .. partner
    end
  else
    local form, first = unpack_('>BI4', value)
    local at, starts = now, starts_now
    if last > now then at, starts = last, starts_of(last) end
    local count = form == 0 and count_times or count_rings
    local counts, new_form, body, position, latest = count(value, 10, at, starts, asked, form)
    answers[#answers + 1] = pack('>BI4I4I4I4I4I4I4', 1, counts[1], counts[2], counts[3], counts[4], counts[5], first, last)
    parts[1] = pack('>BI4I4', new_form, first, at) .. body
    for r = 1, relations do
      local in_windows, known, kept
      in_windows, known, kept, position =
        count_partners(value, position, key .. ':' .. r, ARGV[argument], at, starts, ttl)
      argument = argument + 1
      answers[#answers + 1] = pack('>I4I4I4B', in_windows[1], in_windows[2], in_windows[3], known)
      parts[r + 1] = kept
    end
    answers[#answers + 1] = latest
  end
  redis.call('SET', key, table.concat(parts), 'EX', ttl)
end
local answer = table.concat(answers)
redis.call('SET', KEYS[1], answer, 'EX', ARGV[2])
return answer
