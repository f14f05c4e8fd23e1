import { PushToken } from '#libs/kernel';
import { FixedClock } from '#libs/testing';
import type { Outcome } from '../../../src/providers/outcome.ts';
import { classifyAdm } from '../../../src/providers/adm/classify.ts';
import { anAnswer } from '../an-answer.ts';

const now = new FixedClock('2026-01-01T00:00:00Z').now();
const addressed = new PushToken('amzn1.adm-registration.v3.old');

const classify = (status: number, body: string, headers: Record<string, string> = {}) =>
  classifyAdm(anAnswer(status, body, headers), addressed, now);

describe('what an answer of ADM means', () => {
  it.each<[status: number, body: string, headers: Record<string, string>, outcome: Outcome]>([
    [200, '{"registrationID":"amzn1.adm-registration.v3.old"}', {}, { kind: 'accepted' }],
    [200, '{}', {}, { kind: 'accepted' }],
    [200, '{"registrationID":"with a blank"}', {}, { kind: 'accepted' }],
    [400, '{"reason":"Unregistered"}', {}, { kind: 'token_invalid', reason: 'Unregistered' }],
    [400, '{"reason":"InvalidRegistrationId"}', {}, { kind: 'token_invalid', reason: 'InvalidRegistrationId' }],
    [400, '{"reason":"InvalidData"}', {}, { kind: 'payload_bad', reason: 'InvalidData' }],
    [400, '{"reason":"InvalidConsolidationKey"}', {}, { kind: 'payload_bad', reason: 'InvalidConsolidationKey' }],
    [400, '{"reason":"InvalidExpiration"}', {}, { kind: 'payload_bad', reason: 'InvalidExpiration' }],
    [400, '{"reason":"InvalidType"}', {}, { kind: 'payload_bad', reason: 'InvalidType' }],
    [400, '{"reason":"InvalidChecksum"}', {}, { kind: 'payload_bad', reason: 'InvalidChecksum' }],
    [400, '{"reason":"Something new"}', {}, { kind: 'payload_bad', reason: 'status_400' }],
    [400, '<html>', {}, { kind: 'payload_bad', reason: 'status_400' }],
    [401, '{"reason":"AccessTokenExpired"}', {}, { kind: 'credentials_bad', reason: 'AccessTokenExpired', refreshable: true }],
    [401, '', {}, { kind: 'credentials_bad', reason: 'status_401', refreshable: true }],
    [413, '{"reason":"MessageTooLarge"}', {}, { kind: 'payload_bad', reason: 'MessageTooLarge' }],
    [413, '', {}, { kind: 'payload_bad', reason: 'status_413' }],
    [
      429,
      '{"reason":"MaxRateExceeded"}',
      { 'retry-after': '17' },
      { kind: 'throttled', reason: 'MaxRateExceeded', scope: 'provider', afterMs: 17_000 },
    ],
    [
      403,
      '{"reason":"MaxRateExceeded"}',
      { 'retry-after': 'Thu, 01 Jan 2026 00:01:00 GMT' },
      { kind: 'throttled', reason: 'MaxRateExceeded', scope: 'provider', afterMs: 60_000 },
    ],
    [429, '', {}, { kind: 'throttled', reason: 'status_429', scope: 'provider' }],
    [403, '', {}, { kind: 'payload_bad', reason: 'status_403' }],
    [500, '', {}, { kind: 'retry_later', reason: 'status_500', faultOf: 'provider' }],
    [503, '', { 'retry-after': '5' }, { kind: 'provider_down', reason: 'status_503', faultOf: 'provider', afterMs: 5_000 }],
    [
      503,
      '',
      { 'retry-after': 'Thursday, 01-Jan-26 00:00:09 GMT' },
      { kind: 'provider_down', reason: 'status_503', faultOf: 'provider', afterMs: 9_000 },
    ],
    [204, '', {}, { kind: 'unknown', reason: 'status_204' }],
  ])('%i %s %j', (status, body, headers, outcome) => {
    expect(classify(status, body, headers)).toEqual(outcome);
  });

  it('takes another registration id for the one to use from now on', () => {
    const outcome = classify(200, '{"registrationID":"amzn1.adm-registration.v3.new"}');

    expect(outcome).toMatchObject({ kind: 'token_moved', reason: 'canonical_registration' });
    expect(outcome.kind === 'token_moved' && outcome.token.reveal()).toBe('amzn1.adm-registration.v3.new');
  });
});
