import { PushToken } from '#libs/kernel';
import { classifyWebPush } from '../../../src/providers/webpush/classify.ts';
import { aMoment } from '../a-provider-request.ts';
import { anAnswer } from '../an-answer.ts';

const token = new PushToken(
  JSON.stringify({ endpoint: 'https://updates.push.services.mozilla.com/wpush/v2/a', keys: { p256dh: 'p', auth: 'a' } }),
);
const mozilla = (code: number, errno: number, message: string) => anAnswer(code, JSON.stringify({ code, errno, error: 'Error', message }));
const apple = (status: number, reason: string) => anAnswer(status, JSON.stringify({ reason }));
const google = 'the VAPID credentials in the authorization header do not correspond to the credentials used to create the subscriptions.';

function outcomeOf(answer: Parameters<typeof classifyWebPush>[0]) {
  return classifyWebPush(answer, token, aMoment);
}

/** providers.md 4.5, row by row. */
describe('what push services of browsers answer', () => {
  it.each([200, 201, 202])('%i: accepted', (status) => {
    expect(outcomeOf(anAnswer(status, ''))).toEqual({ kind: 'accepted' });
  });

  it('301, Mozilla "moved": token_moved at the same push service', () => {
    const outcome = outcomeOf(anAnswer(301, '', { location: '/wpush/v2/b' }));

    const moved = { endpoint: 'https://updates.push.services.mozilla.com/wpush/v2/b', keys: { p256dh: 'p', auth: 'a' } };
    expect(outcome).toMatchObject({ kind: 'token_moved', reason: 'status_301' });
    expect('token' in outcome && JSON.parse(outcome.token.reveal())).toEqual(moved);
  });

  it.each(['https://elsewhere.example/wpush/v2/b', 'http://updates.push.services.mozilla.com/x', 'https://%', undefined])(
    '301 with location %s: retry_later',
    (location) => {
      const headers = location === undefined ? {} : { location };
      expect(outcomeOf(anAnswer(301, '', headers))).toEqual({ kind: 'retry_later', reason: 'status_301', faultOf: 'provider' });
    },
  );

  it.each([
    ['TTL', 111, 'Missing TTL header'],
    ['Topic', 113, 'Invalid Topic'],
    ['encoding', 110, 'Invalid Content-Encoding'],
    ['endpoint', 108, 'Invalid'],
    ['request', 101, 'Missing necessary crypto headers'],
  ])('400, missing or invalid %s (errno %i): payload_bad', (_, errno, message) => {
    expect(outcomeOf(mozilla(400, errno, message))).toEqual({ kind: 'payload_bad', reason: `errno_${errno}` });
  });

  it('400 about the keys of one subscription: token_invalid', () => {
    expect(outcomeOf(mozilla(400, 110, 'Invalid p256dh key specified'))).toEqual({ kind: 'token_invalid', reason: 'errno_110' });
  });

  it('400, UnauthorizedRegistration of FCM: wrong_sender', () => {
    expect(outcomeOf(anAnswer(400, 'UnauthorizedRegistration'))).toEqual({ kind: 'wrong_sender', reason: 'UnauthorizedRegistration' });
  });

  it('401, Mozilla errno 109 with a key mismatch: wrong_sender', () => {
    expect(outcomeOf(mozilla(401, 109, 'VAPID public key mismatch'))).toEqual({ kind: 'wrong_sender', reason: 'errno_109' });
  });

  it('401, token malformed, expired or of another audience: credentials_bad, signed again once', () => {
    expect(outcomeOf(mozilla(401, 109, 'token expired'))).toEqual({ kind: 'credentials_bad', reason: 'errno_109', refreshable: true });
    expect(outcomeOf(anAnswer(401, 'no'))).toEqual({ kind: 'credentials_bad', reason: 'status_401', refreshable: true });
  });

  it('403, FCM: the key does not match the subscription: wrong_sender', () => {
    expect(outcomeOf(anAnswer(403, google))).toEqual({ kind: 'wrong_sender', reason: 'status_403' });
  });

  it('403, Apple: BadJwtToken and ExpiredJwtToken are credentials_bad, VapidPkHashMismatch is wrong_sender', () => {
    for (const reason of ['BadJwtToken', 'ExpiredJwtToken'])
      expect(outcomeOf(apple(403, reason))).toEqual({ kind: 'credentials_bad', reason, refreshable: true });
    expect(outcomeOf(apple(403, 'VapidPkHashMismatch'))).toEqual({ kind: 'wrong_sender', reason: 'VapidPkHashMismatch' });
  });

  it('404, gone or unknown (errno 102): token_invalid', () => {
    expect(outcomeOf(mozilla(404, 102, 'subscription not found'))).toEqual({ kind: 'token_invalid', reason: 'errno_102' });
  });

  it.each([103, 105, 106])('410, expired or unsubscribed (errno %i): token_invalid', (errno) => {
    expect(outcomeOf(mozilla(410, errno, 'gone'))).toEqual({ kind: 'token_invalid', reason: `errno_${errno}` });
  });

  it('410, Apple: token_invalid', () => {
    expect(outcomeOf(apple(410, 'Unregistered'))).toEqual({ kind: 'token_invalid', reason: 'Unregistered' });
  });

  it('413 (errno 104): payload_bad', () => {
    expect(outcomeOf(mozilla(413, 104, 'too large'))).toEqual({ kind: 'payload_bad', reason: 'payload_too_large' });
  });

  it('429: throttled, for as long as Retry-After says', () => {
    const outcome = { kind: 'throttled', reason: 'status_429', scope: 'token' };
    expect(outcomeOf(anAnswer(429, ''))).toEqual(outcome);
    expect(outcomeOf(anAnswer(429, '', { 'retry-after': '120' }))).toEqual({ ...outcome, afterMs: 120_000 });
    expect(outcomeOf(anAnswer(429, '', { 'retry-after': new Date(aMoment + 30_000).toUTCString() }))).toEqual({
      ...outcome,
      afterMs: 30_000,
    });
  });

  it.each([500, 502, 504])('%i (errno 999, 900–903): retry_later', (status) => {
    expect(outcomeOf(mozilla(status, 999, 'Internal'))).toEqual({ kind: 'retry_later', reason: 'errno_999', faultOf: 'provider' });
  });

  it('503 (errno 201, 202): provider_down, of this push service alone', () => {
    const outcome = { kind: 'provider_down', reason: 'errno_201', faultOf: 'provider', scope: 'part' };
    expect(outcomeOf(mozilla(503, 201, 'back off'))).toEqual(outcome);
    expect(outcomeOf(anAnswer(503, '', { 'retry-after': '5' }))).toEqual({ ...outcome, reason: 'status_503', afterMs: 5_000 });
  });

  it('keeps the token and the campaign on anything else', () => {
    expect(outcomeOf(anAnswer(418, 'teapot'))).toEqual({ kind: 'payload_bad', reason: 'status_418' });
    expect(outcomeOf(anAnswer(302, '', { location: 'https://elsewhere.example' }))).toMatchObject({ kind: 'retry_later' });
  });
});
