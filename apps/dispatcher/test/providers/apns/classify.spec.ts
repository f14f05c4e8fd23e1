import { anAnswer } from '../an-answer.ts';
import { classifyApns } from '../../../src/providers/apns/classify.ts';

const now = 1_800_000_000_000;
const bad = (reason: string, refreshable = false) => ({ kind: 'credentials_bad', reason, refreshable });
const payload = (reason: string) => ({ kind: 'payload_bad', reason });

/** providers.md 1.11, row by row. */
const rows: [status: number, reason: string, outcome: object][] = [
  [400, 'BadDeviceToken', { kind: 'token_invalid', reason: 'BadDeviceToken' }],
  [400, 'DeviceTokenNotForTopic', { kind: 'wrong_sender', reason: 'DeviceTokenNotForTopic' }],
  [400, 'BadTopic', bad('BadTopic')],
  [400, 'MissingTopic', bad('MissingTopic')],
  [400, 'TopicDisallowed', bad('TopicDisallowed')],
  [400, 'BadCollapseId', payload('BadCollapseId')],
  [400, 'BadExpirationDate', payload('BadExpirationDate')],
  [400, 'BadMessageId', payload('BadMessageId')],
  [400, 'BadPriority', payload('BadPriority')],
  [400, 'InvalidPushType', payload('InvalidPushType')],
  [400, 'DuplicateHeaders', payload('DuplicateHeaders')],
  [400, 'PayloadEmpty', payload('PayloadEmpty')],
  [400, 'MissingDeviceToken', payload('MissingDeviceToken')],
  [400, 'IdleTimeout', { kind: 'retry_later', reason: 'IdleTimeout', faultOf: 'network' }],
  [403, 'ExpiredProviderToken', bad('ExpiredProviderToken', true)],
  [403, 'InvalidProviderToken', bad('InvalidProviderToken')],
  [403, 'MissingProviderToken', bad('MissingProviderToken')],
  [403, 'BadCertificate', bad('BadCertificate')],
  [403, 'BadCertificateEnvironment', bad('BadCertificateEnvironment')],
  [403, 'UnrelatedKeyIdInToken', bad('UnrelatedKeyIdInToken')],
  [403, 'BadEnvironmentKeyIdInToken', bad('BadEnvironmentKeyIdInToken')],
  [403, 'BadEnvironmentKeyInToken', bad('BadEnvironmentKeyInToken')],
  [400, 'FeatureNotEnabled', payload('FeatureNotEnabled')],
  [400, 'MissingChannelId', payload('MissingChannelId')],
  [400, 'BadChannelId', payload('BadChannelId')],
  [400, 'ChannelNotRegistered', payload('ChannelNotRegistered')],
  [400, 'BadRequestParams', payload('BadRequestParams')],
  [400, 'BadRequestPayload', payload('BadRequestPayload')],
  [400, 'MissingPushType', payload('MissingPushType')],
  [400, 'CannotCreateChannelConfig', payload('CannotCreateChannelConfig')],
  [403, 'TopicMismatch', payload('TopicMismatch')],
  [403, 'Forbidden', bad('Forbidden')],
  [404, 'BadPath', payload('BadPath')],
  [405, 'MethodNotAllowed', payload('MethodNotAllowed')],
  [410, 'Unregistered', { kind: 'token_invalid', reason: 'Unregistered' }],
  [410, 'ExpiredToken', { kind: 'token_invalid', reason: 'ExpiredToken' }],
  [413, 'PayloadTooLarge', payload('PayloadTooLarge')],
  [429, 'TooManyRequests', { kind: 'throttled', reason: 'TooManyRequests', scope: 'token' }],
  [429, 'TooManyProviderTokenUpdates', bad('TooManyProviderTokenUpdates')],
  [500, 'InternalServerError', { kind: 'retry_later', reason: 'InternalServerError', faultOf: 'provider' }],
  [503, 'ServiceUnavailable', { kind: 'provider_down', reason: 'ServiceUnavailable', faultOf: 'provider' }],
  [503, 'Shutdown', { kind: 'retry_later', reason: 'Shutdown', faultOf: 'network' }],
];

describe('an answer of APNs', () => {
  it('with status 200 is accepted', () => {
    expect(classifyApns(anAnswer(200, ''), now)).toEqual({ kind: 'accepted' });
  });

  it.each(rows)('%i %s has its outcome', (status, reason, outcome) => {
    expect(classifyApns(anAnswer(status, JSON.stringify({ reason })), now)).toEqual(outcome);
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
