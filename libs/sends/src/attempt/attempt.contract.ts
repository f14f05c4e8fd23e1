import { aHolder, aSubject, anAttempt, startedAt } from '#libs/testing';
import { IndexSet } from '../index-set.ts';
import { parkFromTheStart, takeOver } from './attempt-rules.ts';
import type { AttemptReader, AttemptRepository } from './attempt.store.ts';
import type { Attempt } from './attempt.ts';
import { Answers, attemptEvent, recordAnswers } from './record-answers.ts';

/** What any reader of attempts promises of what the repository beside it has stored. */
export function attemptReaderContract(
  adapter: string,
  open: () => Promise<{ readonly attempts: AttemptRepository; readonly reader: AttemptReader }>,
): void {
  describe(`${adapter} as a reader of attempts`, () => {
    it('finds the attempts at a batch, what is claimed, and windows that are open', async () => {
      const { attempts, reader } = await open();
      const first = anAttempt({ batchId: 's:0:000000:1' });
      await attempts.insert(first);
      await attempts.insert(anAttempt({ ...aSubject({ batchId: 's:0:000000:1' }), id: `${first.id}.0`, depth: 2 }));
      await attempts.insert({ ...anAttempt({ batchId: 's:0:000000:10' }), state: 'done' });

      expect((await reader.ofBatch('s:0:000000:1')).map(({ id }) => id)).toEqual([first.id, `${first.id}.0`]);
      expect(await reader.claimed(['s:0:000000:1', 's:0:000000:2'])).toEqual(new Set(['s:0:000000:1']));
      expect(await reader.openWindows('s')).toBe(2);
      expect((await reader.findById(first.id))?.batchId).toBe('s:0:000000:1');
      expect(await reader.findById('s:0:000000:2:1')).toBeUndefined();
    });
  });
}

export interface OpenedAttempts {
  readonly attempts: AttemptRepository;
  /** Types of the events that left with state so far. */
  published(): Promise<readonly string[]>;
}

/** What any store of attempts promises. */
export function attemptRepositoryContract(adapter: string, open: () => Promise<OpenedAttempts>): void {
  const parkedBatch = (batch: string, dueAt: number, reason = 'busy', sendId = 'send-1') =>
    parkFromTheStart(aSubject({ batchId: `${sendId}:0:000000:${batch}` }), aHolder(), { reason, dueAt });
  const finished = (attempt: Attempt) => {
    const answers = Answers.all([1], { outcome: 'accepted', reason: null, doubtful: true, retryAt: null });
    for (const position of attempt.mask) answers.give(position, { outcome: 'accepted', reason: null, doubtful: false, retryAt: null });
    answers.imported.add(2);
    return recordAnswers(
      attempt,
      answers,
      { expiresAt: startedAt + 60_000, maxDepth: 6 },
      { kind: 'park', parking: { reason: 'busy', dueAt: startedAt } },
      startedAt,
    );
  };

  describe(`${adapter} as an attempt repository`, () => {
    it('claims an attempt once, however often it is tried', async () => {
      const { attempts } = await open();

      expect(await attempts.insert(anAttempt())).toBe(true);
      expect(await attempts.insert({ ...anAttempt(), owner: 'worker-2' })).toBe(false);
      expect((await attempts.findById(anAttempt().id))?.owner).toBe('worker-1');
    });

    it('gives an attempt back as it was', async () => {
      const { attempts } = await open();
      const attempt: Attempt = {
        ...finished(anAttempt()),
        retry: [{ dueAt: startedAt + 5, messages: IndexSet.of([4]) }],
        tokens: [
          {
            index: 3,
            outcome: 'token_invalid',
            reason: 'Unregistered',
            fingerprint: 'f',
            confirmedAt: 7,
            imported: true,
            invalidSince: null,
            sealedToken: null,
          },
        ],
      };
      await attempts.insert(attempt);

      const stored = await attempts.findById(attempt.id);

      expect(JSON.parse(JSON.stringify(stored))).toEqual(JSON.parse(JSON.stringify(attempt)));
      expect([...(stored?.doubt ?? [])]).toEqual([1]);
    });

    it('stores a change with its event, or neither', async () => {
      const { attempts, published } = await open();
      const attempt = anAttempt();
      await attempts.insert(attempt);
      const done = finished(attempt);

      expect(await attempts.replace(attempt, done, [attemptEvent(done)])).toBe(true);
      expect(await attempts.replace(attempt, done, [attemptEvent(done)])).toBe(false);
      expect(await published()).toEqual(['batch.attempted.v1']);
    });

    it('fences a worker whose attempt was taken over', async () => {
      const { attempts, published } = await open();
      const attempt = anAttempt();
      await attempts.insert(attempt);
      const taken = takeOver(attempt, aHolder({ owner: 'worker-2' }));
      await attempts.replace(attempt, taken, []);

      const late = finished(attempt);
      expect(await attempts.replace(attempt, late, [attemptEvent(late)])).toBe(false);
      expect(await published()).toEqual([]);
      expect((await attempts.findById(attempt.id))?.owner).toBe('worker-2');
    });

    it('keeps the lease of who works on it, without a worker noticing', async () => {
      const { attempts } = await open();
      const attempt = anAttempt();
      await attempts.insert(attempt);

      await attempts.keep([attempt], startedAt + 90_000);

      expect((await attempts.findById(attempt.id))?.leaseUntil).toBe(startedAt + 90_000);
      expect(await attempts.findDue(startedAt + 89_999, 10)).toEqual([]);
      expect(await attempts.findDue(startedAt + 90_000, 10)).toHaveLength(1);
      expect(await attempts.replace(attempt, finished(attempt), [])).toBe(true);
    });

    it('keeps no lease of who was taken over, has parked, or is done', async () => {
      const { attempts } = await open();
      const [attempt, done, parked] = [anAttempt(), anAttempt({ batchId: 'send-1:0:000000:7' }), parkedBatch('8', startedAt + 1)];
      const taken = takeOver(attempt, aHolder({ owner: 'worker-2' }));
      for (const one of [attempt, done, parked]) await attempts.insert(one);
      await attempts.replace(attempt, taken, []);
      await attempts.replace(done, finished(done), []);

      await attempts.keep([attempt, done, parked], startedAt + 90_000);

      expect((await attempts.findById(taken.id))?.leaseUntil).toBe(taken.leaseUntil);
      expect((await attempts.findById(parked.id))?.leaseUntil).toBe(0);
      expect(await attempts.findDue(startedAt + 1, 10)).toHaveLength(1);
      expect((await attempts.findDue(startedAt + 95_000, 10)).map(({ id }) => id)).not.toContain(done.id);
    });

    it('finds what is due, the longest overdue first, and nothing else', async () => {
      const { attempts } = await open();
      await attempts.insert(parkedBatch('1', startedAt + 20));
      await attempts.insert(parkedBatch('2', startedAt + 10));
      await attempts.insert(parkedBatch('3', startedAt + 30));
      await attempts.insert({ ...anAttempt(), dueAt: null });

      const due = await attempts.findDue(startedAt + 20, 10);

      expect(due.map(({ batchId }) => batchId.at(-1))).toEqual(['2', '1']);
      expect(await attempts.findDue(startedAt + 20, 1)).toHaveLength(1);
    });

    it('puts off what the sweep has published, without a worker noticing', async () => {
      const { attempts } = await open();
      const attempt = anAttempt();
      await attempts.insert(attempt);

      await attempts.putOff([{ attempt, until: startedAt + 90_000 }]);

      expect(await attempts.findDue(startedAt + 60_000, 10)).toEqual([]);
      expect(await attempts.findDue(startedAt + 90_000, 10)).toHaveLength(1);
      expect(await attempts.replace(attempt, finished(attempt), [])).toBe(true);
    });

    it('does not put off what was written since the sweep read it', async () => {
      const { attempts } = await open();
      const attempt = anAttempt();
      await attempts.insert(attempt);
      await attempts.replace(attempt, takeOver(attempt, aHolder()), []);

      await attempts.putOff([{ attempt, until: null }]);

      expect(await attempts.findDue(startedAt + 30_000, 10)).toHaveLength(1);
    });

    it('names the sends that have something waiting, and hurries what waits for some reasons, except for some providers', async () => {
      const { attempts } = await open();
      await attempts.insert(parkedBatch('1', startedAt + 50_000, 'paused', 'send-1'));
      await attempts.insert(parkedBatch('2', startedAt + 50_000, 'rate', 'send-1'));
      await attempts.insert(parkedBatch('1', startedAt + 50_000, 'paused', 'send-2'));
      await attempts.insert({ ...anAttempt({ batchId: 'send-3:0:000000:0' }), dueAt: null });
      await attempts.insert({ ...parkedBatch('3', startedAt + 50_000, 'paused'), provider: 'fcm' });

      await attempts.hurry('send-1', { parkedFor: ['held', 'paused'], notOf: ['fcm'] }, startedAt, startedAt + 10_000);

      expect(await attempts.waitingSends(null, 10)).toEqual([
        { app: 'demo', sendId: 'send-1' },
        { app: 'demo', sendId: 'send-2' },
      ]);
      expect(await attempts.waitingSends('send-1', 10)).toEqual([{ app: 'demo', sendId: 'send-2' }]);
      expect((await attempts.findDue(startedAt, 10)).map(({ id }) => id)).toEqual(['send-1:0:000000:1:1']);
    });

    it('leaves alone what is looked at soon anyway', async () => {
      const { attempts } = await open();
      await attempts.insert(parkedBatch('1', startedAt + 9_000));

      await attempts.hurry('send-1', null, startedAt, startedAt + 10_000);

      expect(await attempts.findDue(startedAt, 10)).toEqual([]);
    });

    it('knows which attempts there are', async () => {
      const { attempts } = await open();
      await attempts.insert(anAttempt());

      expect(await attempts.known([anAttempt().id, 'send-9:0:000000:0:1'])).toEqual(new Set([anAttempt().id]));
    });

    it('counts parked batches by app and provider', async () => {
      const { attempts } = await open();
      await attempts.insert(parkedBatch('1', startedAt));
      await attempts.insert(parkedBatch('2', startedAt));
      await attempts.insert(anAttempt({ batchId: 'send-7:0:000000:0' }));

      expect(await attempts.parked()).toEqual([{ app: 'demo', provider: 'apns', batches: 2 }]);
    });

    it('drops the attempts of one send, some at a time, and of no other', async () => {
      const { attempts } = await open();
      const other = anAttempt({ sendId: 'send-70', batchId: 'send-70:0:000000:0', id: 'send-70:0:000000:0:1' });
      for (const n of ['1', '2', '3']) await attempts.insert(parkedBatch(n, startedAt));
      await attempts.insert(other);

      const { sendId } = parkedBatch('1', startedAt);
      expect([await attempts.dropOfSend(sendId, 2), await attempts.dropOfSend(sendId, 2), await attempts.dropOfSend(sendId, 2)]).toEqual([
        2, 1, 0,
      ]);
      expect(await attempts.findById(other.id)).toBeDefined();
    });
  });
}
