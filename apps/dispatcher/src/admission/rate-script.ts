import { LEAST_STEP, RAMP_STEPS } from './adaptive-rate.ts';

/**
 * The rules of AdaptiveRate over the answers of all processes, with the bucket that they share, in one step by the server's clock.
 * KEYS[1]: hash; ARGV: process, answers, throttled, ramp, wanted, then version, limit and `from` as the process knows them.
 * Answers version, limit, from, share, granted, waitMs.
 */
export const EXCHANGE_RATE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local me, answers, throttled, ramp, wanted = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local kept, raw = {}, redis.call('HGETALL', KEYS[1])
for i = 1, #raw, 2 do kept[raw[i]] = raw[i + 1] end
local function number(name) return tonumber(kept[name] or '') end
local function keep(name, value) redis.call('HSET', KEYS[1], name, value) end

local version, limit, from = number('version') or 0, number('limit'), number('from') or 0
local tokens, filledAt, steppedAt = number('tokens') or 0, number('filledAt') or now, number('steppedAt') or 0
if tonumber(ARGV[6]) > version then -- emptied, or set back: what a process still knows holds, with an empty bucket
  version, limit, from, tokens, filledAt, steppedAt = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8]), 0, now, now
end
if limit then tokens = math.min(limit, tokens + math.max(0, now - filledAt) / 1000 * limit) end

local function set(perSecond)
  if limit then tokens = math.min(tokens, perSecond) else tokens = 0 end
  limit, version, steppedAt = perSecond, version + 1, now
end

-- Answers of the last five seconds, a field for each.
local second, measured = math.floor(now / 1000), 0
if answers > 0 then
  local slot = second % 5
  local before = number('second' .. slot) == second and number('count' .. slot) or 0
  kept['second' .. slot], kept['count' .. slot] = second, before + answers
  keep('second' .. slot, second)
  keep('count' .. slot, before + answers)
end
for slot = 0, 4 do
  if (number('second' .. slot) or 0) > second - 5 then measured = measured + number('count' .. slot) / 5 end
end

-- What came back since the last step decides the next one.
local since, sum, bad = number('since') or now, (number('answers') or 0) + answers, (number('throttled') or 0) + throttled
if ramp then
  set(math.min(limit or ramp, ramp))
  from = math.max(from, ramp * ${RAMP_STEPS} / 2)
elseif answers > 0 and now - steppedAt >= 1000 then
  if bad > 0 and bad >= sum * 0.05 then
    local reached = math.max(measured, 10)
    from = limit and math.min(limit, math.max(reached, limit * 0.7)) or reached
    set(math.max(10, from * 0.7))
  elseif bad == 0 and limit then
    local raised = limit + math.max(${LEAST_STEP}, from * 2 / ${RAMP_STEPS})
    if raised > from * 2 then limit, version = nil, version + 1 else set(raised) end
  end
end
if steppedAt == now or now - since >= 1000 then since, sum, bad = now, 0, 0 end

-- Everybody heard of in the last ten seconds has a share. Who was sent away within the last two goes before whoever came later.
local members, reserved, mySince = 1, 0, number('w:' .. me) or now
for name, value in pairs(kept) do
  local id = string.match(name, '^m:(.+)')
  if id and id ~= me then
    local seen, waits = tonumber(value), number('w:' .. id)
    if seen <= now - 10000 then
      redis.call('HDEL', KEYS[1], name, 'w:' .. id, 'n:' .. id)
    else
      members = members + 1
      if waits and waits < mySince and seen > now - 2000 then reserved = reserved + (number('n:' .. id) or 0) end
    end
  end
end
keep('m:' .. me, now)

local granted, wait, share = 0, 0, ''
if limit then
  share = limit / members
  if wanted > 0 then
    local worthwhile = math.max(1, math.min(wanted, math.floor(share / 2)))
    if tokens - reserved >= worthwhile then
      granted = math.min(wanted, math.floor(tokens - reserved), math.max(worthwhile, math.ceil(share)))
      tokens = tokens - granted
      redis.call('HDEL', KEYS[1], 'w:' .. me, 'n:' .. me)
    else
      wait = math.ceil((worthwhile + reserved - tokens) / limit * 1000)
      redis.call('HSET', KEYS[1], 'w:' .. me, mySince, 'n:' .. me, worthwhile)
    end
  end
end

local function text(value) return value and string.format('%.6f', value) or '' end
redis.call('HSET', KEYS[1], 'version', version, 'limit', text(limit), 'from', text(from), 'tokens', text(tokens), 'filledAt', now,
  'steppedAt', steppedAt, 'since', since, 'answers', sum, 'throttled', bad)
redis.call('PEXPIRE', KEYS[1], 600000)
return { tostring(version), text(limit), text(from), limit and text(share) or '', tostring(granted), tostring(wait) }
`;
