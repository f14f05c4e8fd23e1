import { PushToken } from '#libs/kernel';
import type { Outcome } from '../../../src/providers/outcome.ts';
import { classifyWebPush } from '../../../src/providers/webpush/classify.ts';
import { aMoment } from '../a-provider-request.ts';
import { anAnswer } from '../an-answer.ts';
import { answersAsDocumented } from '../documented-answers.ts';

const token = new PushToken(
  JSON.stringify({ endpoint: 'https://updates.push.services.mozilla.com/wpush/v2/a', keys: { p256dh: 'p', auth: 'a' } }),
);
const mozilla = (code: number, errno: number, message = 'said') => said(code, JSON.stringify({ code, errno, error: 'Error', message }));
const apple = (status: number, reason: string) => said(status, JSON.stringify({ reason }));
const google = 'the VAPID credentials in the authorization header do not correspond to the credentials used to create the subscriptions.';

function said(status: number, body = '', headers: Readonly<Record<string, string>> = {}): Outcome {
  return classifyWebPush(anAnswer(status, body, headers), token, aMoment);
}

const invalid = (reason: string) => ({ kind: 'token_invalid', reason });
const foreign = (reason: string) => ({ kind: 'wrong_sender', reason });
const payloadBad = (reason: string) => ({ kind: 'payload_bad', reason });
const refused = (reason: string) => ({ kind: 'credentials_bad', reason, refreshable: true });
const retry = (reason: string) => ({ kind: 'retry_later', reason, faultOf: 'provider' });
const throttled = { kind: 'throttled', reason: 'status_429', scope: 'token' };
const down = (reason: string) => ({ kind: 'provider_down', reason, faultOf: 'provider', scope: 'part' });

describe('what push services of browsers answer', () => {
  answersAsDocumented('4.5 Answers', {
    '200, 201, 202': [200, 201, 202].map((status) => [String(status), said(status), { kind: 'accepted' }]),
    '301 Location at the same push service': [
      [
        'Mozilla: moved',
        said(301, '', { location: '/wpush/v2/b' }),
        expect.objectContaining({ kind: 'token_moved', reason: 'status_301' }) as object,
      ],
    ],
    '301 Location anywhere else, or none': [
      ...['https://elsewhere.example/wpush/v2/b', 'http://updates.push.services.mozilla.com/x', 'https://%'].map(
        (location) => [location, said(301, '', { location }), retry('status_301')] as const,
      ),
      ['none', said(301), retry('status_301')],
    ],
    '400 TTL, Topic, encoding, headers of encryption (errno 101, 108, 110 to 113)': [
      ['missing TTL', mozilla(400, 111, 'Missing TTL header'), payloadBad('errno_111')],
      ['invalid TTL', mozilla(400, 112, 'Invalid TTL header value'), payloadBad('errno_112')],
      ['topic', mozilla(400, 113, 'Invalid Topic'), payloadBad('errno_113')],
      ['encoding', mozilla(400, 110, 'Invalid Content-Encoding'), payloadBad('errno_110')],
      ['request', mozilla(400, 108, 'Invalid'), payloadBad('errno_108')],
      ['headers of encryption', mozilla(400, 101, 'Missing necessary crypto headers'), payloadBad('errno_101')],
      ['a header of the older encryption', mozilla(400, 110, 'Missing Crypto-Key header'), payloadBad('errno_110')],
    ],
    '400 about the keys of one subscription': [['p256dh', mozilla(400, 110, 'Invalid p256dh key specified'), invalid('errno_110')]],
    '400 UnauthorizedRegistration': [['FCM', said(400, 'UnauthorizedRegistration'), foreign('UnauthorizedRegistration')]],
    '401 with the words of a key mismatch (errno 109)': [['Mozilla', mozilla(401, 109, 'VAPID public key mismatch'), foreign('errno_109')]],
    '401 anything else: the signature is malformed, over, for another audience': [
      ['over', mozilla(401, 109, 'token expired'), refused('errno_109')],
      ['no words', said(401, 'no'), refused('status_401')],
    ],
    '403 the key does not match the subscription': [['FCM', said(403, google), foreign('status_403')]],
    '403 BadJwtToken, ExpiredJwtToken': ['BadJwtToken', 'ExpiredJwtToken'].map((reason) => [
      reason,
      apple(403, reason),
      { ...refused(reason), scope: 'part' },
    ]),
    '403 VapidPkHashMismatch': [['Apple', apple(403, 'VapidPkHashMismatch'), foreign('VapidPkHashMismatch')]],
    '404 gone or unknown (errno 102)': [['Mozilla', mozilla(404, 102, 'subscription not found'), invalid('errno_102')]],
    '410 over or unsubscribed (errno 103, 105, 106)': [
      ...[103, 105, 106].map((errno) => [`errno ${errno}`, mozilla(410, errno), invalid(`errno_${errno}`)] as const),
      ['Apple', apple(410, 'Unregistered'), invalid('Unregistered')],
    ],
    '413 errno 104': [['Mozilla', mozilla(413, 104), payloadBad('payload_too_large')]],
    '429 Retry-After, else 10 s': [
      ['none', said(429), throttled],
      ['seconds', said(429, '', { 'retry-after': '120' }), { ...throttled, afterMs: 120_000 }],
      ['a date', said(429, '', { 'retry-after': new Date(aMoment + 30_000).toUTCString() }), { ...throttled, afterMs: 30_000 }],
    ],
    '500, 502 errno 999, 900 to 903': [
      [500, 999],
      [502, 900],
      [502, 903],
    ].map(([status = 0, errno = 0]) => [`${status}, errno ${errno}`, mozilla(status, errno), retry(`errno_${errno}`)]),
    '503 Retry-After (errno 201, 202)': [
      ['back off', mozilla(503, 201), down('errno_201')],
      ['retry now', mozilla(503, 202), down('errno_202')],
      ['Retry-After: 5', said(503, '', { 'retry-after': '5' }), { ...down('status_503'), afterMs: 5_000 }],
    ],
    '5xx, 3xx any other': [
      ['504', said(504), retry('status_504')],
      ['302', said(302, '', { location: 'https://elsewhere.example' }), retry('status_302')],
    ],
    '2xx any other': [203, 204, 206].map((status) => [String(status), said(status), { kind: 'unknown', reason: `status_${status}` }]),
    '4xx any other': [['418', said(418, 'teapot'), payloadBad('status_418')]],
  });

  it('names the address that a subscription moved to, with the keys that it has', () => {
    const outcome = said(301, '', { location: '/wpush/v2/b' });

    const moved = { endpoint: 'https://updates.push.services.mozilla.com/wpush/v2/b', keys: { p256dh: 'p', auth: 'a' } };
    expect('token' in outcome && JSON.parse(outcome.token.reveal())).toEqual(moved);
  });
});
