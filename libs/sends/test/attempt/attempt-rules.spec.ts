import fc from 'fast-check';
import { aHolder, aSubject, anAttempt, startedAt } from '#libs/testing';
import { claim, intend, isFree, parkAgain, pending, reopen, resume, takeOver } from '../../src/attempt/attempt-rules.ts';
import type { Attempt } from '../../src/attempt/attempt.ts';
import { messagesOf } from '../../src/attempt/attempt.ts';
import { Answers, type Continuation, type Word, messagesToRetry, recordAnswers } from '../../src/attempt/record-answers.ts';
import { IndexSet } from '../../src/index-set.ts';

const size = 24;
const expiresAt = startedAt + 3_600_000;
const bounds = { expiresAt, maxDepth: 6 };
const positions = (set: IndexSet) => [...set];

const answer: fc.Arbitrary<Word> = fc.oneof(
  fc.constant<Word>({ outcome: 'accepted', reason: null, doubtful: false, retryAt: null }),
  fc.constant<Word>({ outcome: 'token_invalid', reason: 'Unregistered', doubtful: false, retryAt: null }),
  fc.constant<Word>({ outcome: 'skipped', reason: 'owner_changed', doubtful: false, retryAt: null }),
  fc.integer({ min: 0, max: 7_200_000 }).map<Word>((ms) => {
    return { outcome: 'provider_down', reason: 'ServiceUnavailable', doubtful: false, retryAt: startedAt + ms };
  }),
  fc.integer({ min: 0, max: 7_200_000 }).map<Word>((ms) => {
    return { outcome: 'retry_later', reason: 'deadline', doubtful: true, retryAt: startedAt + ms };
  }),
);

function given(words: Iterable<readonly [number, Word]>): Answers {
  const answers = new Answers();
  for (const [position, word] of words) answers.give(position, word);
  return answers;
}

type Step = { kind: 'record'; answers: Map<number, Word>; rest: 'window' | 'park' } | { kind: 'die' } | { kind: 'intend' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc
    .tuple(fc.array(fc.tuple(fc.nat(size - 1), answer), { maxLength: size }), fc.constantFrom<'window' | 'park'>('window', 'park'))
    .map<Step>(([answers, rest]) => ({ kind: 'record', answers: new Map(answers), rest })),
  fc.constant<Step>({ kind: 'die' }),
  fc.constant<Step>({ kind: 'intend' }),
);

/** A worker does as it is told; whoever finds an expired lease or a parked attempt goes on with it. */
function apply(attempt: Attempt, action: Step, windowSize: number): Attempt {
  const holder = aHolder();
  if (attempt.state === 'done') return attempt;
  if (attempt.state === 'parked') return resume(attempt, holder, windowSize);
  if (action.kind === 'die') return takeOver(attempt, holder);
  if (attempt.intended.isEmpty || action.kind === 'intend') return intend(attempt, holder, windowSize);
  const answers = new Map([...action.answers].filter(([position]) => attempt.intended.has(position)));
  const rest: Continuation =
    action.rest === 'park' ? { kind: 'park', parking: { reason: 'busy', dueAt: startedAt } } : { kind: 'window', holder, windowSize };
  return recordAnswers(attempt, given(answers), bounds, rest, startedAt);
}

describe('an attempt', () => {
  it('covers its messages with one intention when it is claimed', () => {
    const attempt = claim(aSubject({ mask: IndexSet.upTo(5) }), aHolder(), 3);

    expect(attempt).toMatchObject({ state: 'claimed', epoch: 1, revision: 1, dueAt: startedAt + 30_000 });
    expect(positions(attempt.intended)).toEqual([0, 1, 2]);
  });

  it('is not free while its lease runs, and is free the moment it ends', () => {
    const attempt = anAttempt();

    expect(isFree(attempt, attempt.leaseUntil - 1)).toBe(false);
    expect(isFree(attempt, attempt.leaseUntil)).toBe(true);
  });

  it('puts what a dead worker meant to send into doubt, and intends nothing until the new one says so', () => {
    const taken = takeOver(anAttempt({ mask: IndexSet.upTo(3) }), aHolder({ owner: 'worker-2' }));

    expect(taken).toMatchObject({ epoch: 2, revision: 2, owner: 'worker-2', state: 'claimed' });
    expect(positions(taken.doubt)).toEqual([0, 1, 2]);
    expect(taken.intended.isEmpty).toBe(true);
  });

  it('keeps a dead worker’s window in doubt when it is only put off again', () => {
    const parked = parkAgain(anAttempt({ mask: IndexSet.upTo(3) }), { reason: 'provider_down', dueAt: startedAt + 9 }, startedAt);

    expect(parked).toMatchObject({ state: 'parked', parkedFor: 'provider_down', dueAt: startedAt + 9, leaseUntil: 0 });
    expect(positions(parked.doubt)).toEqual([0, 1, 2]);
  });

  it('gives dead messages a due time of their own when its event is replayed', () => {
    const dead = recordAnswers(
      anAttempt({ mask: IndexSet.upTo(2) }),
      given([
        [0, { outcome: 'accepted', reason: null, doubtful: false, retryAt: null }],
        [1, { outcome: 'dead', reason: null, doubtful: false, retryAt: null }],
      ]),
      bounds,
      { kind: 'park', parking: { reason: 'busy', dueAt: startedAt } },
      startedAt,
    );

    const open = reopen(dead, startedAt + 5);

    expect(open.retry.map(({ dueAt, messages }) => [dueAt - startedAt, positions(messages)])).toEqual([[5, [1]]]);
    expect(open).toMatchObject({ state: 'done', dueAt: startedAt + 5, results: [{ outcome: 'accepted' }, { outcome: 'retry_later' }] });
  });

  it('never loses doubt, never loses a message, and decides each in one place, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.integer({ min: 1, max: size }), (steps, windowSize) => {
        let attempt = claim(aSubject({ mask: IndexSet.upTo(size) }), aHolder(), windowSize);
        for (const action of steps) {
          const before = attempt;
          attempt = apply(before, action, windowSize);

          expect(positions(before.doubt.minus(attempt.doubt))).toEqual([]);
          if (before.state === 'claimed' && attempt.epoch > before.epoch) {
            expect(positions(before.intended.minus(messagesOf(before.results)).minus(attempt.doubt))).toEqual([]);
          }
          const results = attempt.results.flatMap(({ messages }) => positions(messages));
          expect(new Set(results).size).toBe(results.length); // disjoint
          expect(positions(messagesToRetry(attempt.retry).minus(messagesOf(attempt.results)))).toEqual([]);
          expect(attempt.retry.length).toBeLessThanOrEqual(4);
          expect(attempt.retry.every(({ dueAt }) => dueAt < expiresAt)).toBe(true);
          expect(attempt.state === 'done').toBe(pending(attempt).isEmpty);
          if (attempt.state !== 'claimed') expect(attempt.intended.isEmpty).toBe(true);
          if (attempt !== before) expect(attempt.revision).toBe(before.revision + 1);
        }
      }),
    );
  });

  it('gives every message of a finished attempt either its last word or one due time, never two', () => {
    fc.assert(
      fc.property(fc.array(answer, { minLength: size, maxLength: size }), (answers) => {
        const attempt = recordAnswers(
          anAttempt({ mask: IndexSet.upTo(size) }),
          given(answers.entries()),
          bounds,
          { kind: 'park', parking: { reason: 'busy', dueAt: startedAt } },
          startedAt,
        );

        const retried = attempt.retry.flatMap(({ messages }) => positions(messages));
        expect(attempt.state).toBe('done');
        expect(new Set(retried).size).toBe(retried.length); // children of one depth never share a message
        for (const [position, given] of answers.entries()) {
          const due = attempt.retry.find(({ messages }) => messages.has(position));
          const isRetried = given.retryAt !== null && given.retryAt < expiresAt;
          expect(due !== undefined).toBe(isRetried);
          if (due && given.retryAt !== null) expect(due.dueAt).toBeGreaterThanOrEqual(given.retryAt);
          expect(attempt.doubt.has(position)).toBe(given.doubtful);
        }
      }),
    );
  });
});
