import { classifyHms } from '../../../src/providers/hms/classify.ts';
import { anAnswer } from '../an-answer.ts';

const now = 1_800_000_000_000;
const token = 'IQAAAACy0kYwAADWsJ-qlI2YG7lcdHPt';
const other = 'IQAAAACy0kYwAADOTHERqlI2YG7lcdHPt';

function answer(status: number, code: string | undefined, msg: unknown = 'said', headers = {}) {
  return anAnswer(status, JSON.stringify({ code, msg, requestId: '1' }), headers);
}

const partly = (told: unknown) => answer(200, '80100000', typeof told === 'string' ? told : JSON.stringify(told));
const payloadBad = (reason: string) => ({ kind: 'payload_bad', reason });
const refresh = (reason: string) => ({ kind: 'credentials_bad', reason, refreshable: true });
const retry = (reason: string) => ({ kind: 'retry_later', reason, faultOf: 'provider' });

/** providers.md 7.2, row by row. */
const rows: [name: string, answer: ReturnType<typeof anAnswer>, outcome: object][] = [
  ['80000000', answer(200, '80000000', 'Success'), { kind: 'accepted' }],
  ['80000000 beside another status', answer(500, '80000000', 'Success'), { kind: 'accepted' }],
  [
    '80100000 that lists the token',
    partly({ success: 0, failure: 1, illegal_tokens: [token] }),
    { kind: 'token_invalid', reason: '80100000' },
  ],
  ['80100000 that lists others', partly({ success: 1, failure: 1, illegal_tokens: [other] }), { kind: 'accepted' }],
  [
    '80100000 that is no text but an object',
    answer(200, '80100000', { success: 0, failure: 1, illegal_tokens: [token] }),
    { kind: 'token_invalid', reason: '80100000' },
  ],
  ['80100000 that nobody can read', partly('partly'), { kind: 'unknown', reason: 'partial_answer_unreadable' }],
  ['80100000 without a list', partly({ success: 0, failure: 1 }), { kind: 'unknown', reason: 'partial_answer_unreadable' }],
  ['illegalTokens.noRight', partly({ illegalTokens: { noRight: [token] } }), { kind: 'wrong_sender', reason: 'noRight' }],
  [
    'illegalTokens.tokenFormatError',
    partly({ illegalTokens: { noRight: [other], tokenFormatError: [token] } }),
    { kind: 'token_invalid', reason: 'tokenFormatError' },
  ],
  [
    'illegalTokens.tokenPlatformNotSupport',
    partly({ illegalTokens: { tokenPlatformNotSupport: [token] } }),
    { kind: 'wrong_sender', reason: 'tokenPlatformNotSupport' },
  ],
  ['a cause that nobody knows', partly({ illegalTokens: { soonKnown: [token] } }), { kind: 'wrong_sender', reason: 'soonKnown' }],
  ['causes of other tokens', partly({ illegalTokens: { noRight: [other] } }), { kind: 'accepted' }],
  ['80300007', answer(200, '80300007'), { kind: 'token_invalid', reason: '80300007' }],
  ['80300007 with 400', answer(400, '80300007'), { kind: 'token_invalid', reason: '80300007' }],
  ...['80100001', '80100003', '80100004', '80100013', '80100016', '80100002', '80300008', '80300010', '80199999'].flatMap((code) =>
    [200, 400].map((status): [string, ReturnType<typeof anAnswer>, object] => [
      `${code} with ${status}`,
      answer(status, code),
      payloadBad(code),
    ]),
  ),
  ['80100017', answer(200, '80100017'), { kind: 'throttled', reason: '80100017', scope: 'token' }],
  ['80200001', answer(200, '80200001'), refresh('80200001')],
  ['80200003', answer(401, '80200003'), refresh('80200003')],
  ['80200005', answer(200, '80200005'), refresh('80200005')],
  ['80300002', answer(403, '80300002'), { kind: 'credentials_bad', reason: '80300002', refreshable: false }],
  ['80600003', answer(200, '80600003'), { kind: 'provider_down', reason: '80600003', faultOf: 'provider' }],
  ['81000001', answer(200, '81000001'), retry('81000001')],
  ['81000001 with 503', answer(503, '81000001'), retry('81000001')],
  ['another code of Huawei’s own side', answer(200, '81000009'), retry('81000009')],
  ['a code as a number', anAnswer(200, '{"code":81000001}'), retry('81000001')],
  ['a code of no family with 200', answer(200, '12345'), payloadBad('12345')],
  [
    '503: flow control',
    anAnswer(503, '', { 'retry-after': '7' }),
    { kind: 'throttled', reason: 'status_503', scope: 'provider', afterMs: 7_000 },
  ],
  ['429', anAnswer(429, ''), { kind: 'throttled', reason: 'status_429', scope: 'provider' }],
  ['401 without a code', anAnswer(401, ''), refresh('status_401')],
  ['403 without a code', anAnswer(403, ''), { kind: 'credentials_bad', reason: 'status_403', refreshable: false }],
  ['404', anAnswer(404, '<html>'), { kind: 'credentials_bad', reason: 'status_404', refreshable: false }],
  ['400 without a code', anAnswer(400, ''), payloadBad('status_400')],
  ['302', anAnswer(302, ''), retry('status_302')],
  ...[500, 502, 504].map((status): [string, ReturnType<typeof anAnswer>, object] => [
    String(status),
    anAnswer(status, 'Bad Gateway'),
    { kind: 'provider_down', reason: `status_${status}`, faultOf: 'provider' },
  ]),
  ['200 without a code', anAnswer(200, '{}'), { kind: 'unknown', reason: 'no_code' }],
  ['200 with a page', anAnswer(200, '<html>'), { kind: 'unknown', reason: 'no_code' }],
];

describe('an answer of Huawei', () => {
  it.each(rows)('%s', (_, given, outcome) => {
    expect(classifyHms(given, token, now)).toEqual(outcome);
  });
});
