-- How often was each identity of a lead seen before? Counts the lead under each of them, all of one shard, and returns
-- what came before. The formula is fraudcheck/counting's; fraudcheck/counting/formula.py computes the same numbers, and
-- says what becomes of leads whose time lies before an identity's last one.
--
-- KEYS     1: where this lead's reply is kept, for when the same lead is sent again. Then one key for each identity.
-- ARGV     1: the time, in whole Unix seconds.
--          2: seconds for which the reply is kept.
--          3: 'late' for a lead that is counted only later; 'now' for one whose time is set right by this server's
--          clock where the two differ by more than half the TOLERANCE; else an empty string.
--          4: for each identity 1 byte: the number of its relations (kinds of partner), and 8 more if its last times are
--          to be returned, 16 more if it is forgotten SOON; then for each relation 1 byte 0 if the lead has no such
--          partner, or 1 byte 1 and the partner's token, 8 bytes.
-- Returns  one string, big-endian, with for each identity: one byte 0 if it was not seen before. Else
--            1 byte        2, 3 or 4: the counts that follow have 1, 2 or 4 bytes each
--            5 x counts    in five windows
--            2 x 4 bytes   first and last time
--            for each relation 1 byte: 0, 2 or 4 where counts of 1, 2 or 4 bytes follow, and 1 more if this lead's
--                          partner is among them; 3 x counts of distinct partners (hour, day, 30 days)
--            if times were asked for: 1 byte number of times, and 4 bytes for each, oldest first
--          fraudcheck.counting.formula.unpack reads it. Where values could not be read, an array instead: the string,
--          and how many these were. They are forgotten: overwritten as if they had never been there.
--
-- Storage  Under KEYS[1] the last 8 hex digits of the reply's SHA-1, and the reply; or the first 8, and a reply as it was
-- before, which formula.unpack reads too: workers of that time take the former for damaged, and never misread it. One
-- string per identity. Its first byte is the form:
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
local TOLERANCE, SETTLED_AFTER, MAX_TIMES, LAST_TIMES = 300, 24, 36, 12
local FORGET_AFTER, SOON = 13 * STEPS[5], 300
local MAX_PARTNERS, IN_SET = 24, 255
local RING, RINGS = 56, 280  -- bytes of one window's buckets, and of all
local floor, pack, unpack_, byte, char, sub = math.floor, struct.pack, struct.unpack, string.byte, string.char, string.sub
local find, call = string.find, redis.call

local forgotten = 0
local stored = call('MGET', unpack(KEYS))
if stored[1] then
  local reply = sub(stored[1], 9)
  local given, sha = sub(stored[1], 1, 8), redis.sha1hex(reply)
  if #reply > 0 and (given == sub(sha, 33) or given == sub(sha, 1, 8)) then return reply end
  forgotten = 1
end

local now, mode, given = tonumber(ARGV[1]), ARGV[3], ARGV[4]
if mode == 'now' then
  local here = tonumber(call('TIME')[1])
  if math.abs(now - here) > TOLERANCE / 2 then now = here end  -- so that any two differ by TOLERANCE at most
end
local once = pack('>BI4', 2, now)
local ring_format = '>' .. string.rep('I4', 14)

-- When each window begins that ends at this time.
local function starts_of(at)
  local starts = {}
  for i = 1, 5 do starts[i] = (floor(at / STEPS[i]) - 12) * STEPS[i] end
  return starts
end

local starts_now = starts_of(now)

local function pack_times(times, from)
  local n = #times - from + 1
  return pack('>B' .. string.rep('I4', n), n, unpack(times, from))
end

-- Where an argument or a value of form 2 ends whose relations begin here.
local function after_relations(text, position, relations)
  for _ = 1, relations do
    local is_given = byte(text, position)
    if is_given ~= 0 and is_given ~= 1 then error() end
    position = position + 1 + 8 * is_given
  end
  return position
end

-- Turns form 2 into form 0.
local function expand(value, relations)
  if #value + 1 ~= after_relations(value, 6, relations) then error() end
  local seen, position = sub(value, 2, 5), 6
  local expanded = '\0' .. seen .. seen .. '\1' .. seen
  for _ = 1, relations do
    if byte(value, position) == 1 then
      expanded, position = expanded .. sub(value, position, position + 8) .. seen, position + 9
    else
      expanded, position = expanded .. '\0', position + 1
    end
  end
  return expanded
end

-- The n times that begin here, oldest first, of which none lies before `before`. Raises an error on others.
local function read_times(value, position, n, before)
  if n == 0 then return {} end  -- of form 1, which may end before this position
  local times = {unpack_('>' .. string.rep('I4', n), value, position)}
  times[n + 1] = nil  -- struct.unpack's last result: the position after the times
  for i = 1, n do
    if times[i] < before then error() end
    before = times[i]
  end
  return times
end

-- The beginning of the month's oldest bucket that holds a lead.
local function oldest_bucket(value, rings)
  local ring = {unpack_(ring_format, value, rings + 4 * RING)}
  local slot = 13
  while slot > 1 and ring[slot + 1] == 0 do slot = slot - 1 end
  return (ring[1] - slot + 1) * STEPS[5]
end

-- How many settled leads a window holds that ends at `at`. Raises an error where the ring is not of `settled`.
local function count_ring(value, rings, i, settled, at)
  local step = STEPS[i]
  local base, a, b, c, d, e, f, g, h, j, k, l, m, n = unpack_(ring_format, value, rings + RING * (i - 1))
  if base ~= floor(settled / step) then error() end
  local passed = floor(at / step) - base
  if passed == 0 then return a + b + c + d + e + f + g + h + j + k + l + m + n end
  if passed == 1 then return a + b + c + d + e + f + g + h + j + k + l + m end
  local ring, count = {a, b, c, d, e, f, g, h, j, k, l, m, n}, 0
  for slot = 1, 13 - passed do count = count + ring[slot] end
  return count
end

-- Settles all but the last times: adds them to the rings. Returns the newest settled time, and the rings.
local function settle(value, rings, times)
  local last = #times - SETTLED_AFTER
  local settled, moved = times[last], {}
  for i = 1, 5 do
    local step, ring = STEPS[i], rings + RING * (i - 1)
    local base = floor(settled / step)
    if rings > 0 and unpack_('>I4', value, ring) == base and times[1] >= base * step then  -- all in one bucket
      moved[i] = pack('>I4I4', base, unpack_('>I4', value, ring + 4) + last) .. sub(value, ring + 8, ring + RING - 1)
    else
      local counts, before = {}, rings > 0 and {unpack_(ring_format, value, ring)} or {base}
      local passed = base - before[1]
      for slot = 1, 13 do counts[slot] = slot > passed and before[slot - passed + 1] or 0 end
      for t = 1, last do
        local slot = base - floor(times[t] / step) + 1
        if slot <= 13 then counts[slot] = counts[slot] + 1 end
      end
      moved[i] = pack(ring_format, base, unpack(counts))
    end
  end
  return settled, table.concat(moved)
end

-- Counts a lead under an identity that has this value, in another form than 2: all but its relations. Returns nil if
-- the identity has to be forgotten; else the value's new beginning and where the relations begin in the old one; what
-- to reply before and after the relations; the time of the lead, and when its windows begin; the beginning of the
-- oldest window that will be asked for; and the time to which later partners are turned back, or false. Raises an
-- error on bytes that are no such value; it changes nothing.
local function count_lead(value, relations, with_times, ttl)
  local form, first, last, position = unpack_('>BI4I4', value)
  local settled, rings, n = 0, 0, 0
  if first > last then error() end
  if form ~= 0 then
    if form ~= 4 and form ~= 1 and form ~= 3 then error() end
    settled = last
    if form == 4 then settled, position = unpack_('>I4', value, position) end
    rings = position
    position = position + RINGS
  end
  local listed = position + 1  -- where the times begin that are not settled
  if form ~= 1 then
    n = byte(value, position)
    if n > MAX_TIMES then error() end
    position = listed + 4 * n
    if form == 3 then n = 0 elseif n == 0 or unpack_('>I4', value, position - 4) ~= last then error() end
  end
  local partners = position
  for _ = 1, relations do
    local known = byte(value, position)
    if known <= MAX_PARTNERS then position = position + 1 + 12 * known
    elseif known == IN_SET then position = position + 1 else error() end
  end
  if position ~= #value + 1 then error() end

  local at, turned_back, times = now, false, nil
  if at < last and (mode == 'late' or last - at <= TOLERANCE) then
    at = last
  elseif at < last then
    times = read_times(value, listed, n, settled)
    if at < settled - TOLERANCE then
      at = last
      if n >= SETTLED_AFTER and times[n - SETTLED_AFTER + 1] == last then return nil end
    else
      at = math.max(at, settled)
      last = settled
      for _, time in ipairs(times) do
        if time > at then break end
        last = time
      end
      if last == 0 then return nil end
      turned_back = last
      for t = n, 1, -1 do
        if times[t] <= last then break end
        times[t] = last
      end
      if first > at then first = rings > 0 and oldest_bucket(value, rings) or times[1] end
    end
  end
  local gap = at - last  -- to the last one that is not from the future
  if gap >= ttl and ttl < FORGET_AFTER then return nil end

  local starts = at == now and starts_now or starts_of(at)
  local month = starts[5]
  local oldest = n == 0 and last or times and times[1] or unpack_('>I4', value, listed)
  if oldest < settled then error() end
  if n == MAX_TIMES or oldest < starts[1] then times = times or read_times(value, listed, n, settled) end
  local a, b, c, d, e = n, n, n, n, n
  if oldest < starts[1] then
    local t = 1
    while t <= n and times[t] < month do t = t + 1 end
    e = n - t + 1
    while t <= n and times[t] < starts[4] do t = t + 1 end
    d = n - t + 1
    while t <= n and times[t] < starts[3] do t = t + 1 end
    c = n - t + 1
    while t <= n and times[t] < starts[2] do t = t + 1 end
    b = n - t + 1
    while t <= n and times[t] < starts[1] do t = t + 1 end
    a = n - t + 1
  end
  if rings > 0 then
    a, b = a + count_ring(value, rings, 1, settled, at), b + count_ring(value, rings, 2, settled, at)
    c, d = c + count_ring(value, rings, 3, settled, at), d + count_ring(value, rings, 4, settled, at)
    e = e + count_ring(value, rings, 5, settled, at)
  end
  local oldest_kept = (floor(settled / STEPS[5]) - 12) * STEPS[5]
  local before, last_times = '', ''
  if e < 256 then before = pack('>BBBBBBI4I4', 2, a, b, c, d, e, first, last)
  elseif e < 65536 then before = pack('>BHHHHHI4I4', 3, a, b, c, d, e, first, last)
  else before = pack('>BI4I4I4I4I4I4I4', 4, a, b, c, d, e, first, last) end
  if with_times then
    local from = math.max(1, n - LAST_TIMES + 1)
    local length, start = 4 * (n - from + 1), listed + 4 * (from - 1)
    if n > 0 and not turned_back and unpack_('>I4', value, start) >= month then
      last_times = char(n - from + 1) .. sub(value, start, start + length - 1)
    else
      times = times or read_times(value, listed, n, settled)
      while from <= n and times[from] < month do from = from + 1 end
      last_times = pack_times(times, from)
    end
  end

  if gap >= FORGET_AFTER then first, before = at, nil end
  local ring_bytes, time_bytes
  if n == MAX_TIMES then
    times[n + 1] = at
    settled, ring_bytes = settle(value, rings, times)
    time_bytes = pack_times(times, n + 2 - SETTLED_AFTER)
  else
    ring_bytes = rings > 0 and sub(value, rings, rings + RINGS - 1) or ''
    if turned_back then
      times[n + 1] = at
      time_bytes = pack_times(times, 1)
    else
      time_bytes = char(n + 1) .. sub(value, listed, listed + 4 * n - 1) .. pack('>I4', at)
    end
  end
  local beginning = settled > 0 and pack('>BI4I4I4', 4, first, at, settled) or pack('>BI4I4', 0, first, at)
  return beginning .. ring_bytes .. time_bytes, partners, before, last_times, at, starts, oldest_kept, turned_back
end

-- Adds a partner to a sorted set. Returns the counts of distinct partners before, and 1 if it was among them, else 0.
-- Partners seen after `turned_back`, if that is given, were seen then: until now their times were in the future.
local function count_set(key, partner, at, starts, ttl, oldest, turned_back)
  local hour, day, month, known = 0, 0, redis.pcall('ZCOUNT', key, starts[5], at), 0
  if type(month) == 'table' then  -- no sorted set
    call('DEL', key)
    forgotten, month = forgotten + 1, 0
  end
  if turned_back then
    for _, one in ipairs(call('ZRANGEBYSCORE', key, '(' .. turned_back, '+inf')) do
      call('ZADD', key, turned_back, one)
    end
    month = call('ZCOUNT', key, starts[5], at)
  end
  if month > 0 then day = call('ZCOUNT', key, starts[3], at) end
  if day > 0 then hour = call('ZCOUNT', key, starts[2], at) end
  call('ZREMRANGEBYSCORE', key, '-inf', '(' .. oldest)
  if partner ~= '' then
    local before = month > 0 and tonumber(call('ZSCORE', key, partner))
    if before and before >= starts[5] and before <= at then known = 1 end
    call('ZADD', key, at, partner)
    call('EXPIRE', key, ttl)
  end
  return hour, day, month, known
end

-- Adds a partner to a relation. Returns the same, the relation to store, and where the next relation begins in `value`.
-- No window that will be asked for begins before `oldest`.
local function count_partners(value, position, key, relation, partner, at, starts, ttl, oldest, turned_back)
  local n = byte(value, position)
  position = position + 1
  if n == IN_SET then
    local hour, day, month, known = count_set(key .. ':' .. relation, partner, at, starts, ttl, oldest, turned_back)
    return hour, day, month, known, char(IN_SET), position
  end
  local hour, day, month, known, after = 0, 0, 0, 0, position + 12 * n
  local entries, kept = sub(value, position, after - 1), n
  if n > 0 and (turned_back or unpack_('>I4', entries, 9) < starts[2]) then
    local parts = {}
    for p = 1, 12 * n, 12 do
      local one, seen = sub(entries, p, p + 7), unpack_('>I4', entries, p + 8)
      seen = math.min(seen, turned_back or at)
      if seen >= starts[2] then hour = hour + 1 end
      if seen >= starts[3] then day = day + 1 end
      if seen >= starts[5] then month = month + 1 end
      if one == partner then
        if seen >= starts[5] then known = 1 end
      elseif seen >= oldest then
        parts[#parts + 1] = one .. pack('>I4', seen)
      end
    end
    entries, kept = table.concat(parts), #parts
  elseif n > 0 then  -- the one seen first was seen within the hour
    hour, day, month = n, n, n
    local p = partner ~= '' and find(entries, partner, 1, true)
    while p and p % 12 ~= 1 do p = find(entries, partner, p + 1, true) end
    if p then entries, kept, known = sub(entries, 1, p - 1) .. sub(entries, p + 12), n - 1, 1 end
  end
  if partner ~= '' then entries, kept = entries .. partner .. pack('>I4', at), kept + 1 end
  if kept <= MAX_PARTNERS then return hour, day, month, known, char(kept) .. entries, after end
  key = key .. ':' .. relation
  call('DEL', key)
  for p = 1, #entries, 12 do call('ZADD', key, unpack_('>I4', entries, p + 8), sub(entries, p, p + 7)) end
  call('EXPIRE', key, ttl)
  return hour, day, month, known, char(IN_SET), after
end

-- Stores a value for so many seconds, in the place of the one that was read, if any.
local function store(key, value, ttl, read)
  if read then
    call('SET', key, value, 'EX', ttl)
  elseif not call('SET', key, value, 'EX', ttl, 'NX') then  -- there is something of another type than string
    forgotten = forgotten + 1
    call('SET', key, value, 'EX', ttl)
  end
end

-- What to reply of a relation.
local function reply_of(hour, day, month, known)
  if month < 256 then return pack('>BBBB', known, hour, day, month) end
  if month < 65536 then return pack('>BHHH', 2 + known, hour, day, month) end
  return pack('>BI4I4I4', 4 + known, hour, day, month)
end

local replies, argument = {}, 1
for i = 2, #KEYS do
  local key, value, shape = KEYS[i], stored[i], byte(given, argument)
  local ttl, relations = shape >= 16 and SOON or FORGET_AFTER, shape % 8
  argument = argument + 1
  local new, reply = nil, '\0'
  if value then
    local readable, beginning, position, before, last_times, at, starts, oldest, turned_back
    if byte(value) == 2 then readable, value = pcall(expand, value, relations) else readable = true end
    if readable then
      readable, beginning, position, before, last_times, at, starts, oldest, turned_back =
        pcall(count_lead, value, relations, shape % 16 >= 8, ttl)
    end
    if not readable then
      forgotten = forgotten + 1
    elseif beginning then
      local seen
      new, seen = beginning, before
      for r = 1, relations do
        local partner = ''
        if byte(given, argument) == 1 then partner = sub(given, argument + 1, argument + 8) end
        argument = argument + 1 + #partner
        local hour, day, month, known, stored_as
        hour, day, month, known, stored_as, position =
          count_partners(value, position, key, r, partner, at, starts, ttl, oldest, turned_back)
        new = new .. stored_as
        if seen then seen = seen .. reply_of(hour, day, month, known) end
      end
      -- No window holds what came before; what was counted stays, as this lead may be from the future.
      if seen then reply = seen .. last_times end
    end
    if not new then
      for r = 1, relations do call('DEL', key .. ':' .. r) end
    end
  end
  if not new then
    local after = after_relations(given, argument, relations)
    new, argument = once .. sub(given, argument, after - 1), after
  end
  replies[i - 1] = reply
  store(key, new, ttl, stored[i])
end
local reply = table.concat(replies)
store(KEYS[1], sub(redis.sha1hex(reply), 33) .. reply, ARGV[2], stored[1])
if forgotten > 0 then return {reply, forgotten} end
return reply
