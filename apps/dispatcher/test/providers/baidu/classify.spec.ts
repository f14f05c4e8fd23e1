import { classifyBaidu } from '../../../src/providers/baidu/classify.ts';
import { anAnswer } from '../an-answer.ts';

/** 2027-01-15T08:00:00Z: 16:00 in Beijing, where 8 hours of the day are left. */
const now = 1_800_000_000_000;

function answer(status: number, error_code: number | string, error_msg = 'said', headers = {}) {
  return anAnswer(status, JSON.stringify({ request_id: 1, error_code, error_msg }), headers);
}

const taken = '{"request_id":3,"response_params":{"msg_id":"5","send_time":1800000000}}';
const payloadBad = (reason: string) => ({ kind: 'payload_bad', reason });
const refused = (reason: string) => ({ kind: 'credentials_bad', reason, refreshable: false });
const invalid = (reason: string) => ({ kind: 'token_invalid', reason });

/** providers.md 6.3, row by row. */
const rows: [name: string, answer: ReturnType<typeof anAnswer>, outcome: object][] = [
  ['a message id', anAnswer(200, taken), { kind: 'accepted' }],
  ['200 without one', anAnswer(200, '{"request_id":3}'), { kind: 'unknown', reason: 'no_message_id' }],
  ['200 with a page', anAnswer(200, '<html>'), { kind: 'unknown', reason: 'no_message_id' }],
  ['30600', answer(500, 30600), { kind: 'retry_later', reason: '30600', faultOf: 'provider' }],
  ['30601', answer(405, 30601), payloadBad('30601')],
  ['30602', answer(400, 30602, 'Request Params Not Valid'), payloadBad('30602')],
  ['30602 of the channel id', answer(400, 30602, 'Request Params Not Valid, parameter channel_id format not valid'), invalid('30602')],
  ['30603', answer(401, 30603), refused('30603')],
  ['30604', answer(402, 30604), { kind: 'throttled', reason: '30604', scope: 'provider', afterMs: 8 * 3_600_000 }],
  ['30605', answer(404, 30605), payloadBad('30605')],
  ['30606', answer(408, 30606), { kind: 'credentials_bad', reason: '30606', refreshable: true }],
  ['30607', answer(400, 30607), invalid('30607')],
  ['30608', answer(404, 30608), invalid('30608')],
  ['30609', answer(400, 30609), payloadBad('30609')],
  ['30610', answer(409, 30610), payloadBad('30610')],
  ['30611', answer(400, 30611), payloadBad('30611')],
  ...['30612', '30613', '30616', '30617', '30618'].map((code): [string, ReturnType<typeof anAnswer>, object] => [
    code,
    answer(403, Number(code)),
    refused(code),
  ]),
  ['30614', answer(400, 30614), payloadBad('30614')],
  ['30615', answer(400, 30615), payloadBad('30615')],
  ['30699', answer(429, 30699), { kind: 'throttled', reason: '30699', scope: 'provider' }],
  [
    '30699 that says how long',
    answer(429, 30699, 'said', { 'retry-after': '3' }),
    { kind: 'throttled', reason: '30699', scope: 'provider', afterMs: 3_000 },
  ],
  ['110001', answer(400, 110001), { kind: 'accepted' }],
  ['a code beside 200', answer(200, 30608), invalid('30608')],
  ['a code as a text', answer(404, '30608'), invalid('30608')],
  ['a code that nobody knows', answer(400, 30799), payloadBad('30799')],
  ['a code that nobody knows, with 500', answer(500, 30799), { kind: 'retry_later', reason: '30799', faultOf: 'provider' }],
  ['429 without a code', anAnswer(429, ''), { kind: 'throttled', reason: 'status_429', scope: 'provider' }],
  ['403 without a code', anAnswer(403, ''), refused('status_403')],
  ['302', anAnswer(302, ''), { kind: 'retry_later', reason: 'status_302', faultOf: 'provider' }],
  ['413', anAnswer(413, ''), payloadBad('status_413')],
  ...[500, 502, 503, 504].map((status): [string, ReturnType<typeof anAnswer>, object] => [
    `${status} without JSON`,
    anAnswer(status, '<html>'),
    { kind: 'provider_down', reason: `status_${status}`, faultOf: 'provider' },
  ]),
];

describe('an answer of Baidu', () => {
  it.each(rows)('%s', (_, given, outcome) => {
    expect(classifyBaidu(given, false, now)).toEqual(outcome);
  });

  it('calls an operation of ours that it has done already accepted', () => {
    expect(classifyBaidu(answer(409, 30610), true, now)).toEqual({ kind: 'accepted' });
  });

  it('waits a whole day for a quota that is used up at midnight in Beijing', () => {
    const midnight = Date.UTC(2027, 0, 14, 16);

    expect(classifyBaidu(answer(402, 30604), false, midnight)).toMatchObject({ afterMs: 24 * 3_600_000 });
    expect(classifyBaidu(answer(402, 30604), false, midnight - 1)).toMatchObject({ afterMs: 1 });
  });
});
