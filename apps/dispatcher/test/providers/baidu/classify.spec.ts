import { classifyBaidu } from '../../../src/providers/baidu/classify.ts';
import type { Outcome } from '../../../src/providers/outcome.ts';
import { anAnswer } from '../an-answer.ts';
import { answersAsDocumented, type Examples } from '../documented-answers.ts';

/** 2027-01-15T08:00:00Z: 16:00 in Beijing, where 8 hours of the day are left. */
const now = 1_800_000_000_000;

function answer(status: number, error_code: number | string, error_msg = 'said', headers = {}) {
  return anAnswer(status, JSON.stringify({ request_id: 1, error_code, error_msg }), headers);
}

const taken = '{"request_id":3,"response_params":{"msg_id":"5","send_time":1800000000}}';
const payloadBad = (reason: string) => ({ kind: 'payload_bad', reason });
const refused = (reason: string) => ({ kind: 'credentials_bad', reason, refreshable: false });
const invalid = (reason: string) => ({ kind: 'token_invalid', reason });

const retry = (reason: string) => ({ kind: 'retry_later', reason, faultOf: 'provider' });
const read = (given: ReturnType<typeof anAnswer>, isRepeat = false): Outcome => classifyBaidu(given, isRepeat, now);
/** Codes, with a status that Baidu sends beside each. */
const codes = (outcome: (reason: string) => object, ...given: readonly (readonly [status: number, code: number])[]): Examples =>
  given.map(([status, code]) => [`${code} with ${status}`, read(answer(status, code)), outcome(String(code))]);

describe('an answer of Baidu', () => {
  answersAsDocumented('6.3 Answers', {
    'none, 200 response_params': [
      ['a message id', read(anAnswer(200, taken)), { kind: 'accepted' }],
      ['none', read(anAnswer(200, '{"request_id":3}')), { kind: 'unknown', reason: 'no_message_id' }],
      ['a page', read(anAnswer(200, '<html>')), { kind: 'unknown', reason: 'no_message_id' }],
    ],
    '30600 internal': codes(retry, [500, 30600]),
    '30601 method not allowed': codes(payloadBad, [405, 30601]),
    '30602 parameters': [
      ['of any', read(answer(400, 30602, 'Request Params Not Valid')), payloadBad('30602')],
      ['the channel id', read(answer(400, 30602, 'Request Params Not Valid, parameter channel_id format not valid')), invalid('30602')],
    ],
    '30603 key or signature': codes(refused, [401, 30603]),
    "30604 the day's quota is used up, or not paid": [
      ['at 16:00 in Beijing', read(answer(402, 30604)), { kind: 'throttled', reason: '30604', scope: 'provider', afterMs: 8 * 3_600_000 }],
    ],
    '30605 data not found': codes(payloadBad, [404, 30605]),
    '30606 the timestamp is too old, or too new': codes((reason) => ({ kind: 'credentials_bad', reason, refreshable: true }), [408, 30606]),
    '30607 channel over': codes(invalid, [400, 30607]),
    '30608 bind relation not found': [
      ...codes(invalid, [404, 30608], [200, 30608]),
      ['the code as a text', read(answer(404, '30608')), invalid('30608')],
    ],
    '30609 too many bindings': codes(payloadBad, [400, 30609]),
    '30610 duplicate operation': [
      ['of somebody else', read(answer(409, 30610)), payloadBad('30610')],
      ['of ours', read(answer(409, 30610), true), { kind: 'accepted' }],
    ],
    '30611 group or tag not found': codes(payloadBad, [400, 30611]),
    '30612, 30613, 30616, 30617, 30618 rights of the app': codes(
      refused,
      [403, 30612],
      [403, 30613],
      [403, 30616],
      [403, 30617],
      [403, 30618],
    ),
    '30614, 30615 too many tags': codes(payloadBad, [400, 30614], [400, 30615]),
    '30699 too frequent': [
      ['nothing more', read(answer(429, 30699)), { kind: 'throttled', reason: '30699', scope: 'provider' }],
      [
        'Retry-After: 3',
        read(answer(429, 30699, 'said', { 'retry-after': '3' })),
        { kind: 'throttled', reason: '30699', scope: 'provider', afterMs: 3_000 },
      ],
    ],
    '110001 the person has blocked the app': codes(
      (reason) => ({ kind: 'accepted', reason, finding: 'opted_out' }),
      [400, 110001],
      [200, 110001],
    ),
    'any other': [
      ...codes(payloadBad, [400, 30799]),
      ...codes(retry, [500, 30799]),
      ['429 without a code', read(anAnswer(429, '')), { kind: 'throttled', reason: 'status_429', scope: 'provider' }],
      ['403 without a code', read(anAnswer(403, '')), refused('status_403')],
      ['302', read(anAnswer(302, '')), retry('status_302')],
      ['413', read(anAnswer(413, '')), payloadBad('status_413')],
    ],
    'none, 5xx a page': [500, 502, 503, 504].map((status) => [
      String(status),
      read(anAnswer(status, '<html>')),
      { kind: 'provider_down', reason: `status_${status}`, faultOf: 'provider' },
    ]),
  });

  it('waits a whole day for a quota that is used up at midnight in Beijing', () => {
    const midnight = Date.UTC(2027, 0, 14, 16);

    expect(classifyBaidu(answer(402, 30604), false, midnight)).toMatchObject({ afterMs: 24 * 3_600_000 });
    expect(classifyBaidu(answer(402, 30604), false, midnight - 1)).toMatchObject({ afterMs: 1 });
  });
});
