import { SqliteEventLog } from '#libs/messaging';
import { SqliteStore } from '#libs/storage';
import { FixedClock } from '#libs/testing';
import { DropOldAttempts } from './drop-old-attempts.ts';
import { SqliteAttemptRepository } from './sqlite-attempt.repository.ts';
import { anAttempt, startedAt } from './test-attempts.ts';

it('drops finished attempts when their days are over', async () => {
  const store = new SqliteStore({ file: ':memory:' });
  const clock = new FixedClock(startedAt);
  const attempts = new SqliteAttemptRepository(store, new SqliteEventLog(store, clock));
  const done = { ...anAttempt(), state: 'done' as const, dueAt: null };
  await attempts.insert(done);
  const sweep = new DropOldAttempts(attempts, clock, 30);

  clock.advance(30 * 86_400_000);
  expect(await sweep.execute()).toBe(0);
  clock.advance(1);
  expect(await sweep.execute()).toBe(1);

  expect(await attempts.findById(done.id)).toBeUndefined();
  store.close();
});
