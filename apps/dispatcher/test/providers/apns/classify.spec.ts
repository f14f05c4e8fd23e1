import type { Outcome } from '../../../src/providers/outcome.ts';
import { OutcomeSink } from '../../../src/providers/outcome-sink.ts';
import type { UnansweredKind } from '../../../src/transport/transport.ts';
import { aRecipient } from '../a-provider-request.ts';
import { anAnswer } from '../an-answer.ts';
import { answersAsDocumented, type Examples } from '../documented-answers.ts';
import { classifyApns } from '../../../src/providers/apns/classify.ts';
import { outcomeOfPush } from './outcome-of-push.ts';

const now = 1_800_000_000_000;
const bad = (reason: string, refreshable = false) => ({ kind: 'credentials_bad', reason, refreshable });
const payload = (reason: string) => ({ kind: 'payload_bad', reason });

function said(status: number, reason: string): Outcome {
  return classifyApns(anAnswer(status, JSON.stringify({ reason })), now);
}

function each(status: number, reasons: readonly string[], outcome: (reason: string) => object): Examples {
  return reasons.map((reason) => [`${status} ${reason}`, said(status, reason), outcome(reason)]);
}

function without(kind: UnansweredKind, reason: string): Outcome {
  const outcomes: Outcome[] = [];
  const protocol = { classify: () => raise(), unanswered: () => undefined };
  new OutcomeSink(outcomes, [0], [aRecipient()], protocol, { key: '', destinations: [] }, true).unanswered(0, kind, reason);
  return outcomes[0] ?? raise();
}

function raise(): never {
  throw new Error('There is an outcome, and no answer');
}

const dead = (reason: string) => ({ kind: 'token_invalid', reason });
const retry = (reason: string, faultOf = 'provider') => ({ kind: 'retry_later', reason, faultOf });
const suffixed = 'any about the token, to a push whose type has a topic with a suffix (voip, liveactivity …)';
const ofChannels = ['FeatureNotEnabled', 'MissingChannelId', 'BadChannelId', 'ChannelNotRegistered', 'BadRequestParams'];
const ofChannelsToo = ['BadRequestPayload', 'MissingPushType', 'CannotCreateChannelConfig'];
const ofHeaders = [
  'BadCollapseId',
  'BadExpirationDate',
  'BadMessageId',
  'BadPriority',
  'InvalidPushType',
  'DuplicateHeaders',
  'PayloadEmpty',
];

describe('an answer of APNs', () => {
  answersAsDocumented('1.11 Answers', {
    '200': [['200', classifyApns(anAnswer(200, ''), now), { kind: 'accepted' }]],
    '400 BadDeviceToken': each(400, ['BadDeviceToken'], dead),
    '400 DeviceTokenNotForTopic': each(400, ['DeviceTokenNotForTopic'], (reason) => ({ kind: 'wrong_sender', reason })),
    '400 BadTopic, MissingTopic, TopicDisallowed': each(400, ['BadTopic', 'MissingTopic', 'TopicDisallowed'], bad),
    [`400 ${ofHeaders.join(', ')}`]: each(400, ofHeaders, payload),
    '400 MissingDeviceToken': each(400, ['MissingDeviceToken'], payload),
    [`400 ${[...ofChannels, ...ofChannelsToo].join(', ')}`]: each(400, [...ofChannels, ...ofChannelsToo], payload),
    '400 IdleTimeout': each(400, ['IdleTimeout'], (reason) => retry(reason, 'network')),
    '400 any other': each(400, ['SomethingNew'], payload),
    '403 ExpiredProviderToken': each(403, ['ExpiredProviderToken'], (reason) => bad(reason, true)),
    '403 InvalidProviderToken, MissingProviderToken': each(403, ['InvalidProviderToken', 'MissingProviderToken'], bad),
    '403 BadCertificate, BadCertificateEnvironment': each(403, ['BadCertificate', 'BadCertificateEnvironment'], bad),
    '403 UnrelatedKeyIdInToken, BadEnvironmentKeyIdInToken, BadEnvironmentKeyInToken': each(
      403,
      ['UnrelatedKeyIdInToken', 'BadEnvironmentKeyIdInToken', 'BadEnvironmentKeyInToken'],
      bad,
    ),
    '403 Forbidden': each(403, ['Forbidden'], bad),
    '403 TopicMismatch': each(403, ['TopicMismatch'], payload),
    '404 BadPath': each(404, ['BadPath'], payload),
    '405 MethodNotAllowed': each(405, ['MethodNotAllowed'], payload),
    '410 Unregistered, ExpiredToken': each(410, ['Unregistered', 'ExpiredToken'], dead),
    '413 PayloadTooLarge': each(413, ['PayloadTooLarge'], payload),
    '429 TooManyRequests': each(429, ['TooManyRequests'], (reason) => ({ kind: 'throttled', reason, scope: 'token' })),
    '429 TooManyProviderTokenUpdates': each(429, ['TooManyProviderTokenUpdates'], bad),
    '429 any other': each(429, ['SomethingNew'], (reason) => ({ kind: 'throttled', reason, scope: 'provider' })),
    '500 InternalServerError': each(500, ['InternalServerError'], (reason) => retry(reason)),
    '503 ServiceUnavailable': each(503, ['ServiceUnavailable'], (reason) => ({ kind: 'provider_down', reason, faultOf: 'provider' })),
    '503 Shutdown': each(503, ['Shutdown'], (reason) => retry(reason, 'network')),
    '5xx, 3xx any other': [502, 503, 307].flatMap((status) => each(status, ['SomethingNew'], (reason) => retry(reason))),
    [suffixed]: ['BadDeviceToken', 'DeviceTokenNotForTopic', 'Unregistered'].map((reason) => {
      const status = reason === 'Unregistered' ? 410 : 400;
      return [`${status} ${reason} to a voip push`, () => outcomeOfPush('voip', status, reason), payload('push_type_not_for_token')];
    }),
    "none refused stream, above GOAWAY's last stream, never written": [
      ['refused stream', without('refused', 'refused_stream'), { ...retry('refused_stream', 'network'), afterMs: 0 }],
    ],
    'none deadline, reset, broken connection, GOAWAY with an error': ['deadline', 'reset', 'goaway'].map((reason) => [
      reason,
      without('unknown', reason),
      { kind: 'unknown', reason },
    ]),
    'none no connection': [
      ['connect_failed', without('unreachable', 'connect_failed'), { kind: 'provider_down', reason: 'connect_failed', faultOf: 'network' }],
    ],
  });

  it('brings the instant since which the token is dead, in ms', () => {
    const answer = anAnswer(410, '{"reason":"Unregistered","timestamp":1799999999123}');

    expect(classifyApns(answer, now)).toEqual({ kind: 'token_invalid', reason: 'Unregistered', invalidSince: 1_799_999_999_123 });
  });

  it.each([['"soon"'], ['-1'], ['1.5'], ['null']])('whose timestamp is %s has none', (timestamp) => {
    const outcome = classifyApns(anAnswer(410, `{"reason":"Unregistered","timestamp":${timestamp}}`), now);

    expect(outcome).toEqual({ kind: 'token_invalid', reason: 'Unregistered' });
  });

  it.each([
    [418, 'payload_bad'],
    [410, 'payload_bad'],
    [429, 'throttled'],
    [502, 'retry_later'],
    [503, 'retry_later'],
    [307, 'retry_later'],
    [202, 'unknown'],
  ])('of status %i without a reason is %s, and no token is blamed', (status, kind) => {
    expect(classifyApns(anAnswer(status, '<html>'), now)).toMatchObject({ kind, reason: `status_${status}` });
  });

  it('passes on a delay, though Apple documents none', () => {
    const answer = anAnswer(429, '{"reason":"TooManyRequests"}', { 'retry-after': '30' });

    expect(classifyApns(answer, now)).toMatchObject({ kind: 'throttled', afterMs: 30_000 });
  });

  it('never carries a text of the provider into our events', () => {
    const answer = anAnswer(400, JSON.stringify({ reason: 'a text of many words, or worse' }));

    expect(classifyApns(answer, now)).toEqual({ kind: 'payload_bad', reason: 'status_400' });
  });
});
