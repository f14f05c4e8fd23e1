import type { Outcome } from '../../../src/providers/outcome.ts';
import { anAnswer } from '../an-answer.ts';
import { answersAsDocumented } from '../documented-answers.ts';
import { outcomeOfNoTokenEndpoint, outcomeOfTokenEndpoint, refusedByEndpoint } from '../token-endpoint.ts';
import { classifyFcm } from '../../../src/providers/fcm/classify.ts';

const now = 1_800_000_000_000;
const type = 'type.googleapis.com/';

const fcm = (errorCode: string) => ({ '@type': `${type}google.firebase.fcm.v1.FcmError`, errorCode });
const violation = (...fields: string[]) => ({
  '@type': `${type}google.rpc.BadRequest`,
  fieldViolations: fields.map((field) => ({ field, description: 'Invalid value' })),
});
const apns = (statusCode: number, reason: string) => ({ '@type': `${type}google.firebase.fcm.v1.ApnsError`, statusCode, reason });

function answer(code: number, status: string, details: object[], message = 'Something.', headers = {}): Outcome {
  return classifyFcm(anAnswer(code, JSON.stringify({ error: { code, message, status, details } }), headers), now);
}

/** An answer of whatever stands before FCM. */
function page(status: number, body = '<html>'): Outcome {
  return classifyFcm(anAnswer(status, body), now);
}

const invalidToken = 'The registration token is not a valid FCM registration token';
const bad = (reason: string, refreshable = false) => ({ kind: 'credentials_bad', reason, refreshable });

const refused = (reason: string) => ({ ...bad(reason), scope: 'part' });
const invalid = (reason: string) => ({ kind: 'token_invalid', reason });
const payload = (reason: string) => ({ kind: 'payload_bad', reason });
const retry = (reason: string) => ({ kind: 'retry_later', reason, faultOf: 'provider' });
const argument = (details: object[], message?: string) => answer(400, 'INVALID_ARGUMENT', [fcm('INVALID_ARGUMENT'), ...details], message);
const quota = { '@type': `${type}google.rpc.QuotaFailure`, violations: [{ subject: 'device' }] };
const olderUnregistered = { '@type': `${type}google.firebase.fcm.v1.FcmErrorCode`, errorCode: 'UNREGISTERED' };
const withoutField = { '@type': `${type}google.rpc.BadRequest`, fieldViolations: [{ description: 'No object' }] };

describe('an answer of FCM', () => {
  answersAsDocumented('2.5 Answers', {
    '200 with a name': [['a name', page(200, '{"name":"projects/p/messages/1"}'), { kind: 'accepted' }]],
    '200 without one': [['nothing', page(200, ''), { kind: 'unknown', reason: 'no_message_name' }]],
    '400 INVALID_ARGUMENT about the token': [
      ['in words', argument([], invalidToken), invalid('INVALID_ARGUMENT')],
      ['a violation on message.token', argument([violation('message.token')]), invalid('INVALID_ARGUMENT')],
    ],
    '400 INVALID_ARGUMENT about another field, or too large': [
      ['a violation elsewhere', argument([violation('message.data[0].value')], invalidToken), payload('INVALID_ARGUMENT')],
      ['violations on both', argument([violation('message.token', 'message.android.ttl')]), payload('INVALID_ARGUMENT')],
      ['words that say nothing', argument([], 'Request contains an invalid argument.'), payload('INVALID_ARGUMENT')],
      ['of the JSON layer, without a field', answer(400, 'INVALID_ARGUMENT', [withoutField], invalidToken), payload('INVALID_ARGUMENT')],
      ['too large', argument([violation('message')]), payload('INVALID_ARGUMENT')],
    ],
    '400 ApnsError Unregistered or BadDeviceToken': [
      ['410 Unregistered', argument([apns(410, 'Unregistered')]), invalid('Unregistered')],
      ['400 BadDeviceToken', argument([apns(400, 'BadDeviceToken')]), invalid('BadDeviceToken')],
    ],
    'any any other ApnsError': [
      ['PayloadTooLarge', argument([apns(413, 'PayloadTooLarge')]), payload('PayloadTooLarge')],
      ['BadTopic', argument([apns(400, 'BadTopic')]), refused('BadTopic')],
      [
        'DeviceTokenNotForTopic',
        argument([apns(400, 'DeviceTokenNotForTopic')]),
        { kind: 'wrong_sender', reason: 'DeviceTokenNotForTopic' },
      ],
      ['TooManyRequests', argument([apns(429, 'TooManyRequests')]), { kind: 'throttled', reason: 'TooManyRequests', scope: 'token' }],
      [
        'a token that only FCM could renew',
        answer(401, 'UNAUTHENTICATED', [fcm('THIRD_PARTY_AUTH_ERROR'), apns(403, 'ExpiredProviderToken')]),
        refused('ExpiredProviderToken'),
      ],
    ],
    '401 no code': [['UNAUTHENTICATED', answer(401, 'UNAUTHENTICATED', []), bad('UNAUTHENTICATED', true)]],
    '401 THIRD_PARTY_AUTH_ERROR': [
      ['without ApnsError', answer(401, 'UNAUTHENTICATED', [fcm('THIRD_PARTY_AUTH_ERROR')]), refused('THIRD_PARTY_AUTH_ERROR')],
    ],
    '403 SENDER_ID_MISMATCH': [
      [
        'PERMISSION_DENIED',
        answer(403, 'PERMISSION_DENIED', [fcm('SENDER_ID_MISMATCH')]),
        { kind: 'wrong_sender', reason: 'SENDER_ID_MISMATCH' },
      ],
    ],
    '403 no code: the API is off, or a role is missing': [
      ['PERMISSION_DENIED', answer(403, 'PERMISSION_DENIED', []), bad('PERMISSION_DENIED')],
    ],
    '404 UNREGISTERED': [
      ['FcmError', answer(404, 'NOT_FOUND', [fcm('UNREGISTERED')]), invalid('UNREGISTERED')],
      ['its older name', answer(404, 'NOT_FOUND', [olderUnregistered]), invalid('UNREGISTERED')],
    ],
    '404 no code: no such project': [
      ['NOT_FOUND', answer(404, 'NOT_FOUND', []), bad('NOT_FOUND')],
      ['a page', page(404), bad('status_404')],
    ],
    '413': [['a page', page(413), payload('status_413')]],
    '429 QUOTA_EXCEEDED, or no code': [
      [
        'of the project',
        answer(429, 'RESOURCE_EXHAUSTED', [fcm('QUOTA_EXCEEDED')], 'Quota exceeded for messages per minute.', { 'retry-after': '60' }),
        { kind: 'throttled', reason: 'QUOTA_EXCEEDED', scope: 'provider', afterMs: 60_000 },
      ],
      [
        'of a device',
        answer(429, 'RESOURCE_EXHAUSTED', [fcm('QUOTA_EXCEEDED'), quota]),
        { kind: 'throttled', reason: 'QUOTA_EXCEEDED', scope: 'token' },
      ],
      ['no code', answer(429, 'RESOURCE_EXHAUSTED', []), { kind: 'throttled', reason: 'RESOURCE_EXHAUSTED', scope: 'provider' }],
    ],
    '500 INTERNAL': [['FcmError', answer(500, 'INTERNAL', [fcm('INTERNAL')]), retry('INTERNAL')]],
    '502, 504': [502, 504].map((status) => [`${status} with a page`, page(status), retry(`status_${status}`)]),
    '503 UNAVAILABLE, or no code': [
      [
        'until a date',
        answer(503, 'UNAVAILABLE', [fcm('UNAVAILABLE')], 'Later.', { 'retry-after': new Date(now + 5_000).toUTCString() }),
        { kind: 'provider_down', reason: 'UNAVAILABLE', faultOf: 'provider', afterMs: 5_000 },
      ],
      ['a page', page(503), { kind: 'provider_down', reason: 'status_503', faultOf: 'provider' }],
    ],
    'any UNSPECIFIED_ERROR': [400, 500].map((status) => [
      String(status),
      answer(status, 'UNKNOWN', [fcm('UNSPECIFIED_ERROR')]),
      { ...retry('UNSPECIFIED_ERROR'), maxTries: 3 },
    ]),
    '4xx any other': [['409', answer(409, 'ABORTED', []), payload('ABORTED')]],
    '5xx, 3xx any other': [
      ['501', page(501), retry('status_501')],
      ['302', page(302), retry('status_302')],
    ],
    '400, 401 of the token endpoint: invalid_grant, invalid_client, invalid_scope': [
      ['400 invalid_grant', () => outcomeOfTokenEndpoint(400, '{"error":"invalid_grant"}'), refusedByEndpoint('invalid_grant')],
      ['401 invalid_client', () => outcomeOfTokenEndpoint(401, '{"error":"invalid_client"}'), refusedByEndpoint('invalid_client')],
      ['400 invalid_scope', () => outcomeOfTokenEndpoint(400, '{"error":"invalid_scope"}'), refusedByEndpoint('invalid_scope')],
    ],
    '5xx of the token endpoint, or no answer': [
      ['503', () => outcomeOfTokenEndpoint(503, 'later'), { kind: 'provider_down', reason: 'token_endpoint_503', faultOf: 'provider' }],
      ['nobody listens', outcomeOfNoTokenEndpoint, { kind: 'provider_down', reason: 'token_endpoint_unreachable', faultOf: 'network' }],
    ],
  });

  it.each([['null'], ['[]'], ['{"error":7}'], ['{"error":{"details":"no list"}}'], ['{"error":{"details":[null,3,{"@type":5}]}}']])(
    'of a shape nobody promised, %s, blames no token',
    (body) => {
      expect(classifyFcm(anAnswer(400, body), now)).toEqual({ kind: 'payload_bad', reason: 'status_400' });
    },
  );
});
