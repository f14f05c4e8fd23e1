import { FixedClock } from '#libs/testing';
import { RetryDelays } from '../../../src/attempts/retry-delays.ts';
import type { Outcome } from '../../../src/providers/outcome.ts';
import { classifyWns } from '../../../src/providers/wns/classify.ts';
import { anAnswer } from '../an-answer.ts';

const now = new FixedClock('2026-01-01T00:00:00Z').now();

const classify = (status: number, headers: Record<string, string> = {}, body = '') => classifyWns(anAnswer(status, body, headers), now);

describe('what an answer of WNS means', () => {
  it.each<[status: number, headers: Record<string, string>, outcome: Outcome]>([
    [200, { 'x-wns-status': 'received' }, { kind: 'accepted' }],
    [200, { 'x-wns-status': 'Received', 'x-wns-deviceconnectionstatus': 'connected' }, { kind: 'accepted' }],
    [200, { 'x-wns-status': 'received', 'x-wns-deviceconnectionstatus': 'DISCONNECTED' }, { kind: 'accepted', reason: 'disconnected' }],
    [200, { 'x-wns-status': 'received', 'x-wns-deviceconnectionstatus': 'tempdisconnected' }, { kind: 'accepted', reason: 'disconnected' }],
    [200, { 'x-wns-status': 'received', 'x-wns-deviceconnectionstatus': 'tempconnected' }, { kind: 'accepted' }],
    [200, { 'x-wns-status': 'Dropped' }, { kind: 'accepted', reason: 'dropped' }],
    [200, { 'x-wns-notificationstatus': 'dropped' }, { kind: 'accepted', reason: 'dropped' }],
    [200, { 'x-wns-status': 'channelThrottled' }, { kind: 'throttled', reason: 'channelthrottled', scope: 'token', baseMs: 600_000 }],
    [
      200,
      { 'x-wns-notificationstatus': 'channelthrottled' },
      { kind: 'throttled', reason: 'channelthrottled', scope: 'token', baseMs: 600_000 },
    ],
    [200, {}, { kind: 'accepted' }],
    [400, {}, { kind: 'payload_bad', reason: 'bad_request' }],
    [401, {}, { kind: 'credentials_bad', reason: 'access_token_refused', refreshable: true }],
    [403, {}, { kind: 'wrong_sender', reason: 'channel_of_another_app' }],
    [404, {}, { kind: 'token_invalid', reason: 'channel_unknown' }],
    [405, {}, { kind: 'payload_bad', reason: 'method_not_allowed' }],
    [406, { 'retry-after': '120' }, { kind: 'throttled', reason: 'throttle_limit', scope: 'provider', afterMs: 120_000 }],
    [406, {}, { kind: 'throttled', reason: 'throttle_limit', scope: 'provider' }],
    [410, {}, { kind: 'token_invalid', reason: 'channel_expired' }],
    [410, { 'x-wns-error-description': 'Channel expired' }, { kind: 'token_invalid', reason: 'channel_expired' }],
    [410, { 'x-wns-error-description': 'Domain Blocked' }, { kind: 'credentials_bad', reason: 'domain_blocked', refreshable: false }],
    [
      410,
      { 'x-wns-error-description': 'The sender: domain blocked.' },
      { kind: 'credentials_bad', reason: 'domain_blocked', refreshable: false },
    ],
    [412, {}, { kind: 'retry_later', reason: 'precondition_failed', faultOf: 'provider', baseMs: 3_600_000 }],
    [413, {}, { kind: 'payload_bad', reason: 'payload_too_large' }],
    [429, {}, { kind: 'throttled', reason: 'status_429', scope: 'provider' }],
    [500, {}, { kind: 'retry_later', reason: 'status_500', faultOf: 'provider' }],
    [
      503,
      { 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' },
      { kind: 'provider_down', reason: 'service_unavailable', faultOf: 'provider', afterMs: 30_000 },
    ],
    [502, {}, { kind: 'retry_later', reason: 'status_502', faultOf: 'provider' }],
    [302, {}, { kind: 'retry_later', reason: 'status_302', faultOf: 'provider' }],
    [418, {}, { kind: 'payload_bad', reason: 'status_418' }],
    [204, {}, { kind: 'unknown', reason: 'status_204' }],
  ])('%i with %j', (status, headers, outcome) => {
    expect(classify(status, headers)).toEqual(outcome);
  });

  it('finds a blocked sender in the body, too', () => {
    expect(classify(410, {}, 'Domain Blocked')).toMatchObject({ kind: 'credentials_bad', reason: 'domain_blocked' });
  });
});

describe('the first wait', () => {
  const bases = { network: 1_000, providers: new Map([['wns', 10_000]] as const), throttled: 60_000, credentials: 30_000 };
  const wait = (outcome: Outcome, simulated = false) =>
    new RetryDelays({ next: () => 0 }, bases).ofBatch('wns', simulated, 1, now)(outcome) - now;

  it.each<[string, number, Record<string, string>, number]>([
    ['of a channel that had too much is ten minutes', 200, { 'x-wns-status': 'channelthrottled' }, 600_000],
    ['after a condition that was not met is an hour', 412, {}, 3_600_000],
    ['after a condition that was not met is what WNS names', 412, { 'retry-after': '60' }, 60_000],
    ['after a fault of WNS is its own', 500, {}, 10_000],
    ['after the throttle limit is that of the settings', 406, {}, 60_000],
  ])('%s', (_what, status, headers, expected) => {
    expect(wait(classify(status, headers))).toBe(expected);
  });

  it('is a second for simulated credentials', () => {
    expect(wait(classify(412), true)).toBe(1_000);
  });
});
