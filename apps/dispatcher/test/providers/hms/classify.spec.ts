import { classifyHms } from '../../../src/providers/hms/classify.ts';
import type { Outcome } from '../../../src/providers/outcome.ts';
import { anAnswer } from '../an-answer.ts';
import { answersAsDocumented, type Examples } from '../documented-answers.ts';
import { outcomeOfTokenEndpoint, refusedByEndpoint } from '../token-endpoint.ts';

const now = 1_800_000_000_000;
const token = 'IQAAAACy0kYwAADWsJ-qlI2YG7lcdHPt';
const other = 'IQAAAACy0kYwAADOTHERqlI2YG7lcdHPt';

function read(status: number, body: string, headers = {}): Outcome {
  return classifyHms(anAnswer(status, body, headers), token, now);
}

function answer(status: number, code: string | undefined, msg: unknown = 'said', headers = {}): Outcome {
  return read(status, JSON.stringify({ code, msg, requestId: '1' }), headers);
}

const partly = (told: unknown) => answer(200, '80100000', typeof told === 'string' ? told : JSON.stringify(told));
const payloadBad = (reason: string) => ({ kind: 'payload_bad', reason });
const refresh = (reason: string) => ({ kind: 'credentials_bad', reason, refreshable: true });
const retry = (reason: string) => ({ kind: 'retry_later', reason, faultOf: 'provider' });

const invalid = (reason: string) => ({ kind: 'token_invalid', reason });
const foreign = (reason: string) => ({ kind: 'wrong_sender', reason });
const unreadable = { kind: 'unknown', reason: 'partial_answer_unreadable' };
const down = (reason: string) => ({ kind: 'provider_down', reason, faultOf: 'provider' });
/** Each code beside 200, which is the rule, and beside the status that it would be. */
const codes = (status: number, outcome: (reason: string) => object, ...given: readonly string[]): Examples =>
  given.flatMap((code) =>
    [200, status].map((beside) => [`${code} with ${beside}`, answer(beside, code), outcome(code)] as Examples[number]),
  );

describe('an answer of Huawei', () => {
  answersAsDocumented('7.2 Answers', {
    '80000000': [
      ['200', answer(200, '80000000', 'Success'), { kind: 'accepted' }],
      ['beside another status', answer(500, '80000000', 'Success'), { kind: 'accepted' }],
    ],
    '80100000 illegal_tokens': [
      ['the token', partly({ success: 0, failure: 1, illegal_tokens: [token] }), invalid('80100000')],
      ['others', partly({ success: 1, failure: 1, illegal_tokens: [other] }), { kind: 'accepted' }],
      ['no text but an object', answer(200, '80100000', { success: 0, failure: 1, illegal_tokens: [token] }), invalid('80100000')],
      ['that nobody can read', partly('partly'), unreadable],
      ['no list', partly({ success: 0, failure: 1 }), unreadable],
    ],
    '80100000 illegalTokens by cause': [
      ['noRight', partly({ illegalTokens: { noRight: [token] } }), foreign('noRight')],
      ['tokenFormatError', partly({ illegalTokens: { noRight: [other], tokenFormatError: [token] } }), invalid('tokenFormatError')],
      ['tokenPlatformNotSupport', partly({ illegalTokens: { tokenPlatformNotSupport: [token] } }), foreign('tokenPlatformNotSupport')],
      ['a cause that nobody knows', partly({ illegalTokens: { soonKnown: [token] } }), foreign('soonKnown')],
      ['causes of other tokens', partly({ illegalTokens: { noRight: [other] } }), { kind: 'accepted' }],
    ],
    '80300007 all tokens are invalid: here there is one': codes(400, invalid, '80300007'),
    '80100001, 80100003, 80100004, 80100013, 80100016 parameters, structure, TTL, collapse key, sensitive content': codes(
      400,
      payloadBad,
      ...['80100001', '80100003', '80100004', '80100013', '80100016'],
    ),
    '80100002 more than one token': codes(400, payloadBad, '80100002'),
    '80100017 too many messages to a topic': codes(400, (reason) => ({ kind: 'throttled', reason, scope: 'token' }), '80100017'),
    '80200001, 80200003, 80200005 access token refused or over': codes(401, refresh, '80200001', '80200003', '80200005'),
    '80300002 no permission for the app': codes(403, (reason) => ({ kind: 'credentials_bad', reason, refreshable: false }), '80300002'),
    '80300008 body too large': codes(413, payloadBad, '80300008'),
    '80300010 number of tokens, or a field in the wrong place': codes(400, payloadBad, '80300010'),
    '80600003 OAuth service': codes(500, down, '80600003'),
    '81000001 internal': [
      ...codes(500, retry, '81000001'),
      ['with 503', answer(503, '81000001'), retry('81000001')],
      ['the code as a number', read(200, '{"code":81000001}'), retry('81000001')],
    ],
    'any other of 801 and 803; of 802; of 806 and 81': [
      ...codes(400, payloadBad, '80199999', '80399999'),
      ...codes(401, refresh, '80299999'),
      ...codes(500, retry, '80600009', '81000009'),
    ],
    'none, 503 flow control (429 as well)': [
      ['503', read(503, '', { 'retry-after': '7' }), { kind: 'throttled', reason: 'status_503', scope: 'provider', afterMs: 7_000 }],
      ['429', read(429, ''), { kind: 'throttled', reason: 'status_429', scope: 'provider' }],
    ],
    'none, 404 path or app id': [['a page', read(404, '<html>'), { kind: 'credentials_bad', reason: 'status_404', refreshable: false }]],
    'none, 500, 502, 504': [500, 502, 504].map((status) => [String(status), read(status, 'Bad Gateway'), down(`status_${status}`)]),
    'none any other': [
      ['401', read(401, ''), refresh('status_401')],
      ['403', read(403, ''), { kind: 'credentials_bad', reason: 'status_403', refreshable: false }],
      ['400', read(400, ''), payloadBad('status_400')],
      ['302', read(302, ''), retry('status_302')],
      ['200 without a code', read(200, '{}'), { kind: 'unknown', reason: 'no_code' }],
      ['200 with a page', read(200, '<html>'), { kind: 'unknown', reason: 'no_code' }],
      ['a code of no family with 200', answer(200, '12345'), payloadBad('12345')],
    ],
    '400, 401 of the token endpoint': [
      ['400', () => outcomeOfTokenEndpoint(400, '{"error":1101,"sub_error":20041}'), refusedByEndpoint('1101')],
      ['401', () => outcomeOfTokenEndpoint(401, ''), refusedByEndpoint('token_endpoint_401')],
    ],
  });
});
