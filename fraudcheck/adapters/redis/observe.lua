-- How often was each identity of a lead seen before? Counts the lead under each of them, all of one shard, and returns
-- what came before. The formula is fraudcheck/counting's; fraudcheck/counting/formula.py computes the same numbers.
--
-- KEYS     1: where this lead's reply is kept, for when the same lead is sent again. Then one key for each identity.
-- ARGV     1: the time, in whole Unix seconds.
--          2: seconds for which the reply is kept.
--          Then for each identity: seconds after which it is forgotten; how many of its last times to return (0: it has
--          no times); number of its relations (kinds of partner); and for each relation the partner's token, 8 bytes,
--          or an empty string if the lead has no such partner.
-- Returns  one string, big-endian, with for each identity: one byte 0 if it was not seen before. Else
--            1 byte        1
--            5 x 4 bytes   counts in five windows
--            2 x 4 bytes   first and last time
--            for each relation 3 x 4 bytes counts of distinct partners (hour, day, 30 days), 1 byte: 1 if this lead's
--                          partner is among them, else 0
--            if times were asked for: 1 byte number of times, and 4 bytes for each, oldest first
--          fraudcheck.counting.formula.unpack reads it.
--
-- Storage  One string per identity. Its first byte is the form:
--   form 2   seen once, as most are: 4 bytes the time; for each relation 1 byte 0, or 1 byte 1 and the partner
--   others   4 bytes first time, 4 bytes last time, then
--     form 0   1 byte number of times (up to MAX_TIMES), 4 bytes for each
--     form 1   for each window the number of its newest bucket, and the counts of its last 13 buckets, newest first
--     form 3   form 1, then 1 byte number of last times, 4 bytes for each
--            then for each relation 1 byte number of partners (up to MAX_PARTNERS), and for each 8 bytes partner and
--            4 bytes when it was last seen; or 1 byte IN_SET, when they are in a sorted set under KEY:RELATION
local STEPS = {25, 300, 7200, 50400, 216000}  -- seconds in a bucket: 1/12 of 5 minutes, an hour, a day, 7 and 30 days
local MAX_TIMES, MAX_PARTNERS, IN_SET = 20, 24, 255
local PARTNER_WINDOWS = {2, 3, 5}  -- an hour, a day, 30 days
local floor, pack, unpack_, byte, sub = math.floor, struct.pack, struct.unpack, string.byte, string.sub

local stored = redis.call('MGET', unpack(KEYS))
if stored[1] then return stored[1] end

local now = tonumber(ARGV[1])
local once = pack('>BI4', 2, now)
local ring_format = '>' .. string.rep('I4', 14)

-- When each window begins that ends at this time.
local function starts_of(at)
  local starts = {}
  for i, step in ipairs(STEPS) do starts[i] = (floor(at / step) - 12) * step end
  return starts
end

local starts_now = starts_of(now)

-- Packs the last `asked` times and their number; if `at` is given, it is the last one.
local function pack_last(times, asked, at)
  local last = {}
  local start = #times - asked + 1
  if at then start = start + 1 end
  for i = math.max(1, start), #times do last[#last + 1] = times[i] end
  if at then last[#last + 1] = at end
  return pack('>B' .. string.rep('I4', #last), #last, unpack(last))
end

-- Counts an identity of form 0. Returns its counts before `at`; the new form, and its times or rings, `at` included;
-- where its relations begin in `value`; and the last times before `at`, packed for the reply.
local function count_times(value, position, at, starts, asked)
  local n
  n, position = unpack_('>B', value, position)
  local times = {unpack_('>' .. string.rep('I4', n), value, position)}
  times[n + 1] = nil  -- struct.unpack's last result: the position after the times
  local counts, recent = {0, 0, 0, 0, 0}, {}
  for i = 1, n do
    local seen = times[i]
    for w = 1, 5 do if seen >= starts[w] then counts[w] = counts[w] + 1 end end
    if seen >= starts[5] then recent[#recent + 1] = seen end
  end
  local last_times = asked > 0 and pack_last(recent, asked) or ''
  recent[#recent + 1] = at
  if #recent <= MAX_TIMES then
    return counts, 0, pack('>B' .. string.rep('I4', #recent), #recent, unpack(recent)), position + 4 * n, last_times
  end
  local rings = {}
  for w, step in ipairs(STEPS) do
    local base = floor(at / step)
    local ring = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
    for _, seen in ipairs(recent) do
      local slot = base - floor(seen / step) + 1
      if slot <= 13 then ring[slot] = ring[slot] + 1 end
    end
    rings[w] = pack(ring_format, base, unpack(ring))
  end
  if asked == 0 then return counts, 1, table.concat(rings), position + 4 * n, '' end
  rings[6] = pack_last(recent, asked)
  return counts, 3, table.concat(rings), position + 4 * n, last_times
end

-- The same for forms 1 and 3.
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
  local times = {}
  if form == 3 then
    local n
    n, position = unpack_('>B', value, position)
    times = {unpack_('>' .. string.rep('I4', n), value, position)}
    times[n + 1] = nil  -- struct.unpack's last result: the position after the times
    position = position + 4 * n
  end
  if asked == 0 then return counts, 1, table.concat(rings), position, '' end
  while times[1] and times[1] < starts[5] do table.remove(times, 1) end
  rings[6] = pack_last(times, asked, at)
  return counts, 3, table.concat(rings), position, pack_last(times, asked)
end

-- Adds a partner to a sorted set. Returns the counts of distinct partners before, and 1 if it was among them, else 0.
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

-- Adds a partner to a relation. Returns the same, the relation to store, and where the next relation begins in `value`.
local function count_partners(value, position, key, partner, at, starts, ttl)
  local n = byte(value, position)
  position = position + 1
  if n == IN_SET then
    local counts, known = count_set(key, partner, at, starts, ttl)
    return counts, known, string.char(IN_SET), position
  end
  local counts, known, entries = {0, 0, 0}, 0, {}
  for _ = 1, n do
    local one, seen = sub(value, position, position + 7), unpack_('>I4', value, position + 8)
    if seen >= starts[5] then
      for i, w in ipairs(PARTNER_WINDOWS) do if seen >= starts[w] then counts[i] = counts[i] + 1 end end
      if one == partner then known = 1 else entries[#entries + 1] = sub(value, position, position + 11) end
    end
    position = position + 12
  end
  if partner ~= '' then entries[#entries + 1] = partner .. pack('>I4', at) end
  if #entries <= MAX_PARTNERS then return counts, known, string.char(#entries) .. table.concat(entries), position end
  for _, entry in ipairs(entries) do redis.call('ZADD', key, unpack_('>I4', entry, 9), sub(entry, 1, 8)) end
  redis.call('EXPIRE', key, ttl)
  return counts, known, string.char(IN_SET), position
end

-- Turns form 2 into form 0.
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

local replies, argument = {}, 3
for i = 2, #KEYS do
  local key, ttl, asked, relations = KEYS[i], ARGV[argument], tonumber(ARGV[argument + 1]), tonumber(ARGV[argument + 2])
  argument = argument + 3
  local value = stored[i]
  if value and byte(value) == 2 then value = expand(value, relations) end
  local last = value and unpack_('>I4', value, 6)
  if value and now - last >= tonumber(ttl) then
    for r = 1, relations do redis.call('DEL', key .. ':' .. r) end
    value = false
  end
  local parts = {}
  if not value then
    replies[#replies + 1] = '\0'
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
    local counts, new_form, body, position, last_times = count(value, 10, at, starts, asked, form)
    replies[#replies + 1] = pack('>BI4I4I4I4I4I4I4', 1, counts[1], counts[2], counts[3], counts[4], counts[5], first, last)
    parts[1] = pack('>BI4I4', new_form, first, at) .. body
    for r = 1, relations do
      local in_windows, known, relation
      in_windows, known, relation, position =
        count_partners(value, position, key .. ':' .. r, ARGV[argument], at, starts, ttl)
      argument = argument + 1
      replies[#replies + 1] = pack('>I4I4I4B', in_windows[1], in_windows[2], in_windows[3], known)
      parts[r + 1] = relation
    end
    replies[#replies + 1] = last_times
  end
  redis.call('SET', key, table.concat(parts), 'EX', ttl)
end
local reply = table.concat(replies)
redis.call('SET', KEYS[1], reply, 'EX', ARGV[2])
return reply
