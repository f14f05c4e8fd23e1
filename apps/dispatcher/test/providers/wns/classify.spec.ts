import { FixedClock } from '#libs/testing';
import { RetryDelays } from '../../../src/attempts/retry-delays.ts';
import type { Outcome } from '../../../src/providers/outcome.ts';
import { classifyWns } from '../../../src/providers/wns/classify.ts';
import { anAnswer } from '../an-answer.ts';
import { answersAsDocumented, type Examples } from '../documented-answers.ts';
import { outcomeOfTokenEndpoint, refusedByEndpoint } from '../token-endpoint.ts';

const now = new FixedClock('2026-01-01T00:00:00Z').now();

const classify = (status: number, headers: Record<string, string> = {}, body = '') => classifyWns(anAnswer(status, body, headers), now);

const one = (status: number, outcome: object): Examples => [[String(status), classify(status), outcome]];
const with200 = (headers: Record<string, string>, outcome: object): Examples[number] => [
  Object.values(headers).join(' ') || 'nothing',
  classify(200, headers),
  outcome,
];
const payloadBad = (reason: string) => ({ kind: 'payload_bad', reason });
const throttledChannel = { kind: 'throttled', reason: 'channelthrottled', scope: 'token', baseMs: 600_000 };
const description = (text: string) => ({ 'x-wns-error-description': text });
const blocked = { kind: 'credentials_bad', reason: 'domain_blocked', refreshable: false };

describe('what an answer of WNS means', () => {
  answersAsDocumented('3.5 Answers', {
    '200 X-WNS-Status: received': [
      with200({ 'x-wns-status': 'received' }, { kind: 'accepted' }),
      with200({ 'x-wns-status': 'Received', 'x-wns-deviceconnectionstatus': 'connected' }, { kind: 'accepted' }),
      with200({ 'x-wns-status': 'received', 'x-wns-deviceconnectionstatus': 'tempconnected' }, { kind: 'accepted' }),
      with200({}, { kind: 'accepted' }),
    ],
    '200 received, X-WNS-DeviceConnectionStatus: disconnected': ['DISCONNECTED', 'tempdisconnected'].map((device) =>
      with200({ 'x-wns-status': 'received', 'x-wns-deviceconnectionstatus': device }, { kind: 'accepted', reason: 'disconnected' }),
    ),
    '200 dropped': [
      with200({ 'x-wns-status': 'Dropped' }, { kind: 'accepted', reason: 'dropped', finding: 'dropped' }),
      with200({ 'x-wns-notificationstatus': 'dropped' }, { kind: 'accepted', reason: 'dropped', finding: 'dropped' }),
    ],
    '200 channelthrottled': [
      with200({ 'x-wns-status': 'channelThrottled' }, throttledChannel),
      with200({ 'x-wns-notificationstatus': 'channelthrottled' }, throttledChannel),
    ],
    '400': one(400, payloadBad('bad_request')),
    '401': one(401, { kind: 'credentials_bad', reason: 'access_token_refused', refreshable: true }),
    '403': one(403, { kind: 'wrong_sender', reason: 'channel_of_another_app' }),
    '404': one(404, { kind: 'token_invalid', reason: 'channel_unknown' }),
    '405': one(405, payloadBad('method_not_allowed')),
    '406': [
      ['406', classify(406), { kind: 'throttled', reason: 'throttle_limit', scope: 'provider' }],
      [
        'Retry-After: 120',
        classify(406, { 'retry-after': '120' }),
        { kind: 'throttled', reason: 'throttle_limit', scope: 'provider', afterMs: 120_000 },
      ],
    ],
    '410': [
      ['410', classify(410), { kind: 'token_invalid', reason: 'channel_expired' }],
      ['Channel expired', classify(410, description('Channel expired')), { kind: 'token_invalid', reason: 'channel_expired' }],
    ],
    '410 X-WNS-Error-Description: Domain Blocked': ['Domain Blocked', 'The sender: domain blocked.'].map((text) => [
      text,
      classify(410, description(text)),
      blocked,
    ]),
    '412': one(412, { kind: 'retry_later', reason: 'precondition_failed', faultOf: 'provider', baseMs: 3_600_000 }),
    '413': one(413, payloadBad('payload_too_large')),
    '429': one(429, { kind: 'throttled', reason: 'status_429', scope: 'provider' }),
    '500': one(500, { kind: 'retry_later', reason: 'status_500', faultOf: 'provider' }),
    '503': [
      [
        'Retry-After: a date',
        classify(503, { 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }),
        { kind: 'provider_down', reason: 'service_unavailable', faultOf: 'provider', afterMs: 30_000 },
      ],
    ],
    '4xx any other': one(418, payloadBad('status_418')),
    '5xx, 3xx any other': [502, 302].flatMap((status) =>
      one(status, { kind: 'retry_later', reason: `status_${status}`, faultOf: 'provider' }),
    ),
    '400, 401 of the token endpoint: invalid_client and its like': [
      ['400 invalid_client', () => outcomeOfTokenEndpoint(400, '{"error":"invalid_client"}'), refusedByEndpoint('invalid_client')],
      ['401 of Entra', () => outcomeOfTokenEndpoint(401, '{"error":"invalid_client","x":1}'), refusedByEndpoint('invalid_client')],
      ['400 invalid_scope', () => outcomeOfTokenEndpoint(400, '{"error":"invalid_scope"}'), refusedByEndpoint('invalid_scope')],
    ],
  });

  it('takes a success that is none of Microsoft’s for doubt', () => {
    expect(classify(204)).toEqual({ kind: 'unknown', reason: 'status_204' });
  });

  it('finds a blocked sender in the body, too', () => {
    expect(classify(410, {}, 'Domain Blocked')).toMatchObject({ kind: 'credentials_bad', reason: 'domain_blocked' });
  });
});

describe('the first wait', () => {
  const bases = { network: 1_000, providers: new Map([['wns', 10_000]] as const), throttled: 60_000, credentials: 30_000 };
  const wait = (outcome: Outcome, simulated = false) =>
    new RetryDelays({ next: () => 0 }, bases).ofBatch('wns', simulated, 1, now)(outcome)! - now;

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
