import { anAnswer } from '../an-answer.ts';
import { classifyFcm } from '../../../src/providers/fcm/classify.ts';

const now = 1_800_000_000_000;
const type = 'type.googleapis.com/';

const fcm = (errorCode: string) => ({ '@type': `${type}google.firebase.fcm.v1.FcmError`, errorCode });
const violation = (...fields: string[]) => ({
  '@type': `${type}google.rpc.BadRequest`,
  fieldViolations: fields.map((field) => ({ field, description: 'Invalid value' })),
});
const apns = (statusCode: number, reason: string) => ({ '@type': `${type}google.firebase.fcm.v1.ApnsError`, statusCode, reason });

function answer(code: number, status: string, details: object[], message = 'Something.', headers = {}) {
  return anAnswer(code, JSON.stringify({ error: { code, message, status, details } }), headers);
}

const invalidToken = 'The registration token is not a valid FCM registration token';
const bad = (reason: string, refreshable = false) => ({ kind: 'credentials_bad', reason, refreshable });

/** providers.md 2.5, row by row. */
const rows: [name: string, answer: ReturnType<typeof anAnswer>, outcome: object][] = [
  ['a name', anAnswer(200, '{"name":"projects/p/messages/1"}'), { kind: 'accepted' }],
  ['200 without a name', anAnswer(200, ''), { kind: 'unknown', reason: 'no_message_name' }],
  [
    'INVALID_ARGUMENT of the token',
    answer(400, 'INVALID_ARGUMENT', [fcm('INVALID_ARGUMENT')], invalidToken),
    { kind: 'token_invalid', reason: 'INVALID_ARGUMENT' },
  ],
  [
    'INVALID_ARGUMENT with a violation on message.token',
    answer(400, 'INVALID_ARGUMENT', [violation('message.token'), fcm('INVALID_ARGUMENT')]),
    { kind: 'token_invalid', reason: 'INVALID_ARGUMENT' },
  ],
  [
    'INVALID_ARGUMENT with a violation elsewhere',
    answer(400, 'INVALID_ARGUMENT', [violation('message.data[0].value'), fcm('INVALID_ARGUMENT')], invalidToken),
    { kind: 'payload_bad', reason: 'INVALID_ARGUMENT' },
  ],
  [
    'INVALID_ARGUMENT with violations on both',
    answer(400, 'INVALID_ARGUMENT', [violation('message.token', 'message.android.ttl'), fcm('INVALID_ARGUMENT')]),
    { kind: 'payload_bad', reason: 'INVALID_ARGUMENT' },
  ],
  [
    'INVALID_ARGUMENT that says nothing',
    answer(400, 'INVALID_ARGUMENT', [fcm('INVALID_ARGUMENT')], 'Request contains an invalid argument.'),
    { kind: 'payload_bad', reason: 'INVALID_ARGUMENT' },
  ],
  [
    'INVALID_ARGUMENT of the JSON layer, without a field',
    answer(
      400,
      'INVALID_ARGUMENT',
      [{ '@type': `${type}google.rpc.BadRequest`, fieldViolations: [{ description: 'No object' }] }],
      invalidToken,
    ),
    { kind: 'payload_bad', reason: 'INVALID_ARGUMENT' },
  ],
  [
    'too big',
    answer(400, 'INVALID_ARGUMENT', [violation('message'), fcm('INVALID_ARGUMENT')]),
    { kind: 'payload_bad', reason: 'INVALID_ARGUMENT' },
  ],
  [
    'ApnsError 410',
    answer(400, 'INVALID_ARGUMENT', [fcm('INVALID_ARGUMENT'), apns(410, 'Unregistered')]),
    { kind: 'token_invalid', reason: 'Unregistered' },
  ],
  [
    'ApnsError BadDeviceToken',
    answer(400, 'INVALID_ARGUMENT', [fcm('INVALID_ARGUMENT'), apns(400, 'BadDeviceToken')]),
    { kind: 'token_invalid', reason: 'BadDeviceToken' },
  ],
  [
    'ApnsError PayloadTooLarge',
    answer(400, 'INVALID_ARGUMENT', [fcm('INVALID_ARGUMENT'), apns(413, 'PayloadTooLarge')]),
    { kind: 'payload_bad', reason: 'PayloadTooLarge' },
  ],
  ['ApnsError BadTopic', answer(400, 'INVALID_ARGUMENT', [fcm('INVALID_ARGUMENT'), apns(400, 'BadTopic')]), bad('BadTopic')],
  [
    'ApnsError about a token that only FCM could renew',
    answer(401, 'UNAUTHENTICATED', [fcm('THIRD_PARTY_AUTH_ERROR'), apns(403, 'ExpiredProviderToken')]),
    bad('ExpiredProviderToken'),
  ],
  ['401 without FcmError', answer(401, 'UNAUTHENTICATED', []), bad('UNAUTHENTICATED', true)],
  ['401 with THIRD_PARTY_AUTH_ERROR', answer(401, 'UNAUTHENTICATED', [fcm('THIRD_PARTY_AUTH_ERROR')]), bad('THIRD_PARTY_AUTH_ERROR')],
  [
    '403 SENDER_ID_MISMATCH',
    answer(403, 'PERMISSION_DENIED', [fcm('SENDER_ID_MISMATCH')]),
    { kind: 'wrong_sender', reason: 'SENDER_ID_MISMATCH' },
  ],
  ['403 without FcmError', answer(403, 'PERMISSION_DENIED', []), bad('PERMISSION_DENIED')],
  ['404 UNREGISTERED', answer(404, 'NOT_FOUND', [fcm('UNREGISTERED')]), { kind: 'token_invalid', reason: 'UNREGISTERED' }],
  [
    'the older name of FcmError',
    answer(404, 'NOT_FOUND', [{ '@type': `${type}google.firebase.fcm.v1.FcmErrorCode`, errorCode: 'UNREGISTERED' }]),
    { kind: 'token_invalid', reason: 'UNREGISTERED' },
  ],
  ['404 as a page', anAnswer(404, '<!DOCTYPE html>'), bad('status_404')],
  ['413', anAnswer(413, ''), { kind: 'payload_bad', reason: 'status_413' }],
  [
    '429 of the project',
    answer(429, 'RESOURCE_EXHAUSTED', [fcm('QUOTA_EXCEEDED')], 'Quota exceeded for messages per minute.', { 'retry-after': '60' }),
    { kind: 'throttled', reason: 'QUOTA_EXCEEDED', scope: 'provider', afterMs: 60_000 },
  ],
  [
    '429 of a device',
    answer(429, 'RESOURCE_EXHAUSTED', [
      fcm('QUOTA_EXCEEDED'),
      { '@type': `${type}google.rpc.QuotaFailure`, violations: [{ subject: 'device' }] },
    ]),
    { kind: 'throttled', reason: 'QUOTA_EXCEEDED', scope: 'token' },
  ],
  ['500', answer(500, 'INTERNAL', [fcm('INTERNAL')]), { kind: 'retry_later', reason: 'INTERNAL', faultOf: 'provider' }],
  ['502', anAnswer(502, '<html>'), { kind: 'retry_later', reason: 'status_502', faultOf: 'provider' }],
  ['504', anAnswer(504, '<html>'), { kind: 'retry_later', reason: 'status_504', faultOf: 'provider' }],
  [
    '503 until a date',
    answer(503, 'UNAVAILABLE', [fcm('UNAVAILABLE')], 'Later.', { 'retry-after': new Date(now + 5_000).toUTCString() }),
    { kind: 'provider_down', reason: 'UNAVAILABLE', faultOf: 'provider', afterMs: 5_000 },
  ],
  [
    'UNSPECIFIED_ERROR of any status',
    answer(400, 'UNKNOWN', [fcm('UNSPECIFIED_ERROR')]),
    { kind: 'retry_later', reason: 'UNSPECIFIED_ERROR', faultOf: 'provider' },
  ],
  ['an unknown 4xx', answer(409, 'ABORTED', []), { kind: 'payload_bad', reason: 'ABORTED' }],
];

describe('an answer of FCM', () => {
  it.each(rows)('%s has its outcome', (_, given, outcome) => {
    expect(classifyFcm(given, now)).toEqual(outcome);
  });

  it.each([['null'], ['[]'], ['{"error":7}'], ['{"error":{"details":"no list"}}'], ['{"error":{"details":[null,3,{"@type":5}]}}']])(
    'of a shape nobody promised, %s, blames no token',
    (body) => {
      expect(classifyFcm(anAnswer(400, body), now)).toEqual({ kind: 'payload_bad', reason: 'status_400' });
    },
  );
});
