-- How often was each identity of a lead seen before? Counts the lead under each of them, all of one shard, and returns
-- what came before. The formula is fraudcheck/counting's; fraudcheck/counting/formula.py computes the same numbers, and
-- says what becomes of leads whose time lies before an identity's last one.
--
-- KEYS     1: where this lead's reply is kept, for when the same lead is sent again. Then one key for each identity.
-- ARGV     1: the time, in whole Unix seconds.
--          2: seconds for which the reply is kept.
--          3: 'late' for a lead that is counted only later; 'now' for one whose time is set right by this server's
--          clock where the two differ by more than half the TOLERANCE; else an empty string.
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
--          fraudcheck.counting.formula.unpack reads it. Where values could not be read, an array instead: the string,
--          and how many these were. They are forgotten: overwritten as if they had never been there.
--
-- Storage  Under KEYS[1] 8 hex digits of the reply's SHA-1, and the reply. One string per identity. Its first byte is
-- the form:
--   form 2   seen once, as most are: 4 bytes the time; for each relation 1 byte 0, or 1 byte 1 and the partner
--   others   4 bytes first time, 4 bytes last time, then
--     form 0   1 byte number of times (up to MAX_TIMES), 4 bytes for each
--     form 4   4 bytes the newest settled time; for each window the number of its bucket, and the counts of settled
--              times in this bucket and the twelve before it, newest first; then the other times as in form 0
--     form 1   was written up to version 0.5: as form 4, with all times settled, so that the last one and the number of
--              the others are left out
--     form 3   likewise: form 1, then 1 byte number of last times, 4 bytes for each; these are settled too
--            then for each relation 1 byte number of partners (up to MAX_PARTNERS), and for each 8 bytes partner and
--            4 bytes when it was last seen; or 1 byte IN_SET, when they are in a sorted set under KEY:RELATION
local STEPS = {25, 300, 7200, 50400, 216000}  -- seconds in a bucket: 1/12 of 5 minutes, an hour, a day, 7 and 30 days
local TOLERANCE, SETTLED_AFTER, MAX_TIMES = 300, 24, 36
local FORGET_AFTER = 13 * STEPS[5]
local MAX_PARTNERS, IN_SET = 24, 255
local PARTNER_WINDOWS = {2, 3, 5}  -- an hour, a day, 30 days
local RING, RINGS = 56, 280  -- bytes of one window's buckets, and of all
local floor, pack, unpack_, byte, sub = math.floor, struct.pack, struct.unpack, string.byte, string.sub

local function digest(reply) return sub(redis.sha1hex(reply), 1, 8) end

local forgotten = 0
local stored, missing = redis.call('MGET', unpack(KEYS)), {}
if stored[1] then
  local reply = sub(stored[1], 9)
  if #reply > 0 and sub(stored[1], 1, 8) == digest(reply) then return reply end
  forgotten = 1
end
for i = 1, #KEYS do if not stored[i] then missing[#missing + 1] = KEYS[i] end end
if #missing > 0 then forgotten = forgotten + redis.call('EXISTS', unpack(missing)) end  -- of another type than string

local now, mode = tonumber(ARGV[1]), ARGV[3]
if mode == 'now' then
  local here = tonumber(redis.call('TIME')[1])
  if math.abs(now - here) > TOLERANCE / 2 then now = here end  -- so that any two differ by TOLERANCE at most
end
local once = pack('>BI4', 2, now)
local ring_format = '>' .. string.rep('I4', 14)

-- When each window begins that ends at this time.
local function starts_of(at)
  local starts = {}
  for i, step in ipairs(STEPS) do starts[i] = (floor(at / step) - 12) * step end
  return starts
end

local starts_now = starts_of(now)

local function pack_times(times, from)
  local n = #times - from + 1
  return pack('>B' .. string.rep('I4', n), n, unpack(times, from))
end

-- Turns form 2 into form 0.
local function expand(value, relations)
  local _, seen, position = unpack_('>BI4', value)
  local parts, at = {pack('>BI4I4BI4', 0, seen, seen, 1, seen)}, pack('>I4', seen)
  for r = 1, relations do
    local given = byte(value, position)
    if given ~= 0 and given ~= 1 then error() end
    parts[r + 1] = given == 1 and sub(value, position, position + 8) .. at or '\0'
    position = position + (given == 1 and 9 or 1)
  end
  assert(position == #value + 1)
  return table.concat(parts)
end

-- Reads an identity. Returns its value, in another form than 2; first and last time; the newest settled time (0: none)
-- and where the rings begin; the other times; and where its relations begin. Raises an error on bytes that are no such
-- value; it changes nothing.
local function read(value, relations)
  if byte(value) == 2 then value = expand(value, relations) end
  local form, first, last, position = unpack_('>BI4I4', value)
  local settled, rings, times = 0, 0, {}
  assert(first <= last)
  if form ~= 0 then
    assert(form == 4 or form == 1 or form == 3)
    settled = last
    if form == 4 then settled, position = unpack_('>I4', value, position) end
    rings = position
    for w, step in ipairs(STEPS) do
      if unpack_('>I4', value, position) ~= floor(settled / step) then error() end
      position = position + RING
    end
  end
  if form ~= 1 then
    local n = byte(value, position)
    assert(n <= MAX_TIMES)
    position = position + 1
    if form ~= 3 then
      times = {unpack_('>' .. string.rep('I4', n), value, position)}
      times[n + 1] = nil  -- struct.unpack's last result: the position after the times
      local before = settled
      for i = 1, n do
        if times[i] < before then error() end
        before = times[i]
      end
      assert(n > 0 and before == last)
    end
    position = position + 4 * n
  end
  local partners = position
  for _ = 1, relations do
    local n = byte(value, position)
    if n <= MAX_PARTNERS then position = position + 1 + 12 * n elseif n == IN_SET then position = position + 1 else error() end
  end
  assert(position == #value + 1)
  return value, first, last, settled, rings, times, partners
end

-- The beginning of the month's oldest bucket that holds a lead.
local function oldest_bucket(value, rings)
  local ring = {unpack_(ring_format, value, rings + 4 * RING)}
  local slot = 13
  while slot > 1 and ring[slot + 1] == 0 do slot = slot - 1 end
  return (ring[1] - slot + 1) * STEPS[5]
end

-- How many leads each window holds that begins at `starts` and ends at `at`.
local function count_leads(value, rings, times, at, starts)
  local counts, w = {0, 0, 0, 0, 0}, 1
  for i = #times, 1, -1 do
    while w <= 5 and times[i] < starts[w] do w = w + 1 end
    if w > 5 then break end
    counts[w] = counts[w] + 1
  end
  for i = 2, 5 do counts[i] = counts[i] + counts[i - 1] end
  if rings > 0 then
    for i, step in ipairs(STEPS) do
      local ring = {unpack_(ring_format, value, rings + RING * (i - 1))}
      for slot = 1, 13 - (floor(at / step) - ring[1]) do counts[i] = counts[i] + ring[slot + 1] end
    end
  end
  return counts
end

-- Settles all but the last times: adds them to the rings. Returns the newest settled time, and the rings.
local function settle(value, rings, times)
  local last = #times - SETTLED_AFTER
  local settled, moved = times[last], {}
  for i, step in ipairs(STEPS) do
    local base, counts = floor(settled / step), {}
    local ring = rings > 0 and {unpack_(ring_format, value, rings + RING * (i - 1))} or {base}
    local passed = base - ring[1]
    for slot = 1, 13 do counts[slot] = slot > passed and ring[slot - passed + 1] or 0 end
    for t = 1, last do
      local slot = base - floor(times[t] / step) + 1
      if slot <= 13 then counts[slot] = counts[slot] + 1 end
    end
    moved[i] = pack(ring_format, base, unpack(counts))
  end
  return settled, table.concat(moved)
end

-- Partners seen after `turned_back`, if that is given, were seen then: until now their times were in the future.
-- Adds a partner to a sorted set. Returns the counts of distinct partners before, and 1 if it was among them, else 0.
local function count_set(key, partner, at, starts, ttl, oldest, turned_back)
  local counts, known = {0, 0, 0}, 0
  counts[3] = redis.pcall('ZCOUNT', key, starts[5], at)
  if type(counts[3]) == 'table' then  -- no sorted set
    redis.call('DEL', key)
    forgotten, counts[3] = forgotten + 1, 0
  end
  if turned_back then
    for _, one in ipairs(redis.call('ZRANGEBYSCORE', key, '(' .. turned_back, '+inf')) do
      redis.call('ZADD', key, turned_back, one)
    end
    counts[3] = redis.call('ZCOUNT', key, starts[5], at)
  end
  if counts[3] > 0 then counts[2] = redis.call('ZCOUNT', key, starts[3], at) end
  if counts[2] > 0 then counts[1] = redis.call('ZCOUNT', key, starts[2], at) end
  redis.call('ZREMRANGEBYSCORE', key, '-inf', '(' .. oldest)
  if partner ~= '' then
    local before = counts[3] > 0 and tonumber(redis.call('ZSCORE', key, partner) or 0) or 0
    if before >= starts[5] and before <= at then known = 1 end
    redis.call('ZADD', key, at, partner)
    redis.call('EXPIRE', key, ttl)
  end
  return counts, known
end

-- Adds a partner to a relation. Returns the same, the relation to store, and where the next relation begins in `value`.
-- No window that will be asked for begins before `oldest`.
local function count_partners(value, position, key, partner, at, starts, ttl, oldest, turned_back)
  local n = byte(value, position)
  position = position + 1
  if n == IN_SET then
    local counts, known = count_set(key, partner, at, starts, ttl, oldest, turned_back)
    return counts, known, string.char(IN_SET), position
  end
  local counts, known, entries = {0, 0, 0}, 0, {}
  for _ = 1, n do
    local one, seen = sub(value, position, position + 7), unpack_('>I4', value, position + 8)
    local entry = sub(value, position, position + 11)
    local latest = turned_back or at
    if seen > latest then seen, entry = latest, one .. pack('>I4', latest) end
    for i, w in ipairs(PARTNER_WINDOWS) do if seen >= starts[w] then counts[i] = counts[i] + 1 end end
    if one == partner then
      if seen >= starts[5] then known = 1 end
    elseif seen >= oldest then
      entries[#entries + 1] = entry
    end
    position = position + 12
  end
  if partner ~= '' then entries[#entries + 1] = partner .. pack('>I4', at) end
  if #entries <= MAX_PARTNERS then return counts, known, string.char(#entries) .. table.concat(entries), position end
  redis.call('DEL', key)
  for _, entry in ipairs(entries) do redis.call('ZADD', key, unpack_('>I4', entry, 9), sub(entry, 1, 8)) end
  redis.call('EXPIRE', key, ttl)
  return counts, known, string.char(IN_SET), position
end

local replies, argument = {}, 4
for i = 2, #KEYS do
  local key, ttl, asked, relations = KEYS[i], ARGV[argument], tonumber(ARGV[argument + 1]), tonumber(ARGV[argument + 2])
  argument = argument + 3
  local value, known, at, turned_back, gap = stored[i], false, now, false, 0
  local first, last, settled, rings, times, position
  if value then
    known, value, first, last, settled, rings, times, position = pcall(read, value, relations)
    if not known then forgotten = forgotten + 1 end
  end
  if known and at < last then
    if mode == 'late' or last - at <= TOLERANCE then
      at = last
    elseif at < settled - TOLERANCE then
      at = last
      if #times >= SETTLED_AFTER and times[#times - SETTLED_AFTER + 1] == last then known, at = false, now end
    else
      at = math.max(at, settled)
      last = settled
      for _, time in ipairs(times) do
        if time > at then break end
        last = time
      end
      if last == 0 then known, at = false, now end
      turned_back = last
      for t = #times, 1, -1 do
        if times[t] <= last then break end
        times[t] = last
      end
      if first > at then first = rings > 0 and oldest_bucket(value, rings) or times[1] end
    end
  elseif known then
    gap = at - last
    if gap >= tonumber(ttl) and tonumber(ttl) < FORGET_AFTER then known = false end
  end
  local parts = {}
  if not known then
    if value then for r = 1, relations do redis.call('DEL', key .. ':' .. r) end end
    replies[#replies + 1] = '\0'
    parts[1] = once
    for r = 1, relations do
      local partner = ARGV[argument]
      argument = argument + 1
      parts[r + 1] = partner == '' and '\0' or '\1' .. partner
    end
  else
    local starts = at == now and starts_now or starts_of(at)
    local oldest = (floor(settled / STEPS[5]) - 12) * STEPS[5]
    local counts = count_leads(value, rings, times, at, starts)
    local own = {pack('>BI4I4I4I4I4I4I4', 1, counts[1], counts[2], counts[3], counts[4], counts[5], first, last)}
    local last_times = ''
    if asked > 0 then
      local from = math.max(1, #times - asked + 1)
      while from <= #times and times[from] < starts[5] do from = from + 1 end
      last_times = pack_times(times, from)
    end
    times[#times + 1] = at
    if gap >= FORGET_AFTER then first = at end
    local from, body = 1, ''
    if #times > MAX_TIMES then
      settled, body = settle(value, rings, times)
      from = #times - SETTLED_AFTER + 1
    elseif rings > 0 then
      body = sub(value, rings, rings + RINGS - 1)
    end
    if settled > 0 then
      parts[1] = pack('>BI4I4I4', 4, first, at, settled) .. body .. pack_times(times, from)
    else
      parts[1] = pack('>BI4I4', 0, first, at) .. pack_times(times, from)
    end
    for r = 1, relations do
      local in_windows, was_known, relation
      in_windows, was_known, relation, position =
        count_partners(value, position, key .. ':' .. r, ARGV[argument], at, starts, ttl, oldest, turned_back)
      argument = argument + 1
      own[#own + 1] = pack('>I4I4I4B', in_windows[1], in_windows[2], in_windows[3], was_known)
      parts[r + 1] = relation
    end
    own[#own + 1] = last_times
    -- No window holds it; what was counted stays, as this lead may be from the future.
    replies[#replies + 1] = gap >= FORGET_AFTER and '\0' or table.concat(own)
  end
  redis.call('SET', key, table.concat(parts), 'EX', ttl)
end
local reply = table.concat(replies)
redis.call('SET', KEYS[1], digest(reply) .. reply, 'EX', ARGV[2])
if forgotten > 0 then return {reply, forgotten} end
return reply
