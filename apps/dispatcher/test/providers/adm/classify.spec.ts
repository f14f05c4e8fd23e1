import { PushToken } from '#libs/kernel';
import { FixedClock } from '#libs/testing';
import { AdmProtocol } from '../../../src/providers/adm/adm-protocol.ts';
import { classifyAdm } from '../../../src/providers/adm/classify.ts';
import { admSettings } from '../../../src/providers/adm/settings.ts';
import { MemorySharedTokens } from '../../../src/providers/memory-shared-tokens.ts';
import { aRecipient } from '../a-provider-request.ts';
import { anAnswer } from '../an-answer.ts';
import { answersAsDocumented, type Examples } from '../documented-answers.ts';
import { outcomeOfTokenEndpoint, refusedByEndpoint } from '../token-endpoint.ts';

const clock = new FixedClock('2026-01-01T00:00:00Z');
const now = clock.now();
const addressed = new PushToken('amzn1.adm-registration.v3.old');

const classify = (status: number, body: string, headers: Record<string, string> = {}) =>
  classifyAdm(anAnswer(status, body, headers), addressed, now);

const reasoned = (status: number, reason: string, outcome: object): Examples[number] => [
  `${status} ${reason}`,
  classify(status, JSON.stringify({ reason })),
  outcome,
];
const payloadBad = (reason: string) => ({ kind: 'payload_bad', reason });
const tooMany = { kind: 'throttled', reason: 'MaxRateExceeded', scope: 'provider' };
const refresh = (reason: string) => ({ kind: 'credentials_bad', reason, refreshable: true });
const down = { kind: 'provider_down', reason: 'status_503', faultOf: 'provider' };

/** What the protocol makes of a message whose checksum is refused the first time, and again. */
function checksumsRefused() {
  const protocol = new AdmProtocol(admSettings.parse({}), new MemorySharedTokens(), clock);
  const refused = () => protocol.classify(anAnswer(400, '{"reason":"InvalidChecksum"}'), aRecipient());
  return [refused(), refused()] as const;
}

describe('what an answer of ADM means', () => {
  const [first, second] = checksumsRefused();

  answersAsDocumented('5.2 Answers', {
    '200 the same registrationID': [
      ['it', classify(200, '{"registrationID":"amzn1.adm-registration.v3.old"}'), { kind: 'accepted' }],
      ['none', classify(200, '{}'), { kind: 'accepted' }],
      ['one that none can be', classify(200, '{"registrationID":"with a blank"}'), { kind: 'accepted' }],
    ],
    '200 another registrationID': [
      [
        'it',
        classify(200, '{"registrationID":"amzn1.adm-registration.v3.new"}'),
        expect.objectContaining({ kind: 'token_moved', reason: 'canonical_registration' }) as object,
      ],
    ],
    '400 Unregistered': [reasoned(400, 'Unregistered', { kind: 'token_invalid', reason: 'Unregistered' })],
    '400 InvalidRegistrationId, also of an address of another security profile': [
      reasoned(400, 'InvalidRegistrationId', { kind: 'token_invalid', reason: 'InvalidRegistrationId' }),
    ],
    '400 InvalidData, InvalidConsolidationKey, InvalidExpiration, InvalidType': [
      'InvalidData',
      'InvalidConsolidationKey',
      'InvalidExpiration',
      'InvalidType',
    ].map((reason) => reasoned(400, reason, payloadBad(reason))),
    '400 InvalidChecksum': [
      ['the first time', first, { kind: 'retry_later', reason: 'InvalidChecksum', faultOf: 'network' }],
      ['without one', second, payloadBad('InvalidChecksum')],
    ],
    '401 AccessTokenExpired, or any other': [
      reasoned(401, 'AccessTokenExpired', refresh('AccessTokenExpired')),
      ['nothing', classify(401, ''), refresh('status_401')],
    ],
    '413 MessageTooLarge': [
      reasoned(413, 'MessageTooLarge', payloadBad('MessageTooLarge')),
      ['nothing', classify(413, ''), payloadBad('status_413')],
    ],
    'any MaxRateExceeded (429, older 403)': [
      ['429, Retry-After: 17', classify(429, '{"reason":"MaxRateExceeded"}', { 'retry-after': '17' }), { ...tooMany, afterMs: 17_000 }],
      [
        '403, Retry-After: a date',
        classify(403, '{"reason":"MaxRateExceeded"}', { 'retry-after': 'Thu, 01 Jan 2026 00:01:00 GMT' }),
        { ...tooMany, afterMs: 60_000 },
      ],
      ['429 without a reason', classify(429, ''), { ...tooMany, reason: 'status_429' }],
    ],
    '500': [['nothing', classify(500, ''), { kind: 'retry_later', reason: 'status_500', faultOf: 'provider' }]],
    '503': [
      ['Retry-After: 5', classify(503, '', { 'retry-after': '5' }), { ...down, afterMs: 5_000 }],
      [
        'Retry-After: a date of the older form',
        classify(503, '', { 'retry-after': 'Thursday, 01-Jan-26 00:00:09 GMT' }),
        { ...down, afterMs: 9_000 },
      ],
    ],
    '4xx any other': [
      ['400 with another reason', classify(400, '{"reason":"Something new"}'), payloadBad('status_400')],
      ['400 with a page', classify(400, '<html>'), payloadBad('status_400')],
      ['403', classify(403, ''), payloadBad('status_403')],
    ],
    '5xx, 3xx any other': [502, 302].map((status) => [
      String(status),
      classify(status, ''),
      { kind: 'retry_later', reason: `status_${status}`, faultOf: 'provider' },
    ]),
    '400, 401 of the token endpoint: INVALID_CLIENT, INVALID_SCOPE': [
      ['401 INVALID_CLIENT', () => outcomeOfTokenEndpoint(401, '{"error":"INVALID_CLIENT"}'), refusedByEndpoint('INVALID_CLIENT')],
      ['400 INVALID_SCOPE', () => outcomeOfTokenEndpoint(400, '{"error":"INVALID_SCOPE"}'), refusedByEndpoint('INVALID_SCOPE')],
    ],
  });

  it('takes a success that is none of Amazon’s for doubt', () => {
    expect(classify(204, '')).toEqual({ kind: 'unknown', reason: 'status_204' });
  });

  it('takes another registration id for the one to use from now on', () => {
    const outcome = classify(200, '{"registrationID":"amzn1.adm-registration.v3.new"}');

    expect(outcome).toMatchObject({ kind: 'token_moved', reason: 'canonical_registration' });
    expect(outcome.kind === 'token_moved' && outcome.token.reveal()).toBe('amzn1.adm-registration.v3.new');
  });
});
