import { aHolder, anAttempt, startedAt } from '#libs/testing';
import { Answers, type Continuation, type Word, recordAnswers } from '../../src/attempt/record-answers.ts';
import { IndexSet } from '../../src/index-set.ts';

const bounds = { expiresAt: startedAt + 60_000, maxDepth: 6 };
const rest: Continuation = { kind: 'window', holder: aHolder(), windowSize: 500 };
const down = (retryAt: number): Word => ({ outcome: 'provider_down', reason: 'ServiceUnavailable', doubtful: false, retryAt });
const answers = (...given: [number, Word][]) => {
  const all = new Answers();
  for (const [position, word] of given) all.give(position, word);
  return all;
};

describe('recording answers', () => {
  it('makes what would be tried after its expiry expired in the same write', () => {
    const attempt = recordAnswers(anAttempt({ mask: IndexSet.of([0]) }), answers([0, down(bounds.expiresAt)]), bounds, rest, startedAt);

    expect(attempt).toMatchObject({ state: 'done', retry: [], dueAt: null });
    expect(attempt.results).toMatchObject([{ outcome: 'expired', reason: 'ServiceUnavailable' }]);
  });

  it('takes the provider’s word as the last at the greatest depth', () => {
    const last = anAttempt({ mask: IndexSet.of([0]), depth: 6 });

    const attempt = recordAnswers(last, answers([0, down(startedAt + 1_000)]), bounds, rest, startedAt);

    expect(attempt).toMatchObject({ state: 'done', retry: [], dueAt: null });
    expect(attempt.results).toMatchObject([{ outcome: 'provider_down' }]);
  });

  it('is due at the first retry, once every message is answered', () => {
    const given = answers([0, down(startedAt + 9_000)], [1, down(startedAt + 2_000)]);

    const attempt = recordAnswers(anAttempt({ mask: IndexSet.upTo(2) }), given, bounds, rest, startedAt);

    expect(attempt.state).toBe('done');
    expect(attempt.dueAt).toBe(startedAt + 2_000);
    expect(attempt.retry.map(({ dueAt, messages }) => [dueAt - startedAt, [...messages]])).toEqual([
      [2_000, [1]],
      [9_000, [0]],
    ]);
  });

  it('joins due times that are near, never trying anything early', () => {
    const waits = [1_000, 1_100, 5_000, 20_000, 21_000, 40_000];
    const given = answers(...waits.map<[number, Word]>((ms, position) => [position, down(startedAt + ms)]));

    const { retry } = recordAnswers(anAttempt({ mask: IndexSet.upTo(6) }), given, bounds, rest, startedAt);

    expect(retry.map(({ dueAt, messages }) => [dueAt - startedAt, [...messages]])).toEqual([
      [1_100, [0, 1]],
      [5_000, [2]],
      [21_000, [3, 4]],
      [40_000, [5]],
    ]);
  });

  it('goes on with the next window, intended in the same write', () => {
    const attempt = recordAnswers(
      anAttempt({ mask: IndexSet.upTo(4) }),
      answers([0, down(startedAt + 1_000)], [1, down(startedAt + 1_000)]),
      bounds,
      { ...rest, windowSize: 1 },
      startedAt,
    );

    expect(attempt.state).toBe('claimed');
    expect([...attempt.intended]).toEqual([2]);
  });

  it('stays small whatever reasons providers invent', () => {
    const given = Array.from({ length: 400 }, (_, position): [number, Word] => [
      position,
      { outcome: 'payload_bad', reason: `reason ${position} ${'x'.repeat(1_000)}`, doubtful: false, retryAt: null },
    ]);

    const { results } = recordAnswers(anAttempt({ mask: IndexSet.upTo(400) }), answers(...given), bounds, rest, startedAt);

    expect(results.length).toBeLessThanOrEqual(41);
    expect(Math.max(...results.map(({ reason }) => reason?.length ?? 0))).toBe(200);
    expect(results.reduce((sum, { messages }) => sum + messages.size, 0)).toBe(400);
  });
});
