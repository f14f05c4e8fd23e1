import { Outbox } from '#libs/messaging';
import { FixedClock, PublishedEvents, anAttempt, startedAt } from '#libs/testing';
import { describeWithEngines } from '#libs/testing/engines';
import { testMongoStores } from '#libs/testing/store';
import { attemptReaderContract, attemptRepositoryContract } from '../../src/attempt/attempt.contract.ts';
import { MongoAttemptReader, MongoAttemptRepository, attemptCollections } from '../../src/attempt/attempt.mongo.ts';
import { attemptEvent } from '../../src/attempt/record-answers.ts';

describeWithEngines('attempts on MongoDB', ({ MONGODB_URI }) => {
  const openStore = testMongoStores(MONGODB_URI, attemptCollections);

  const opened = async () => {
    const store = await openStore();
    const events = new PublishedEvents();
    const clock = new FixedClock(startedAt);
    const outbox = new Outbox(store, events, clock);
    const attempts = new MongoAttemptRepository(store, outbox);
    const published = async () => {
      await outbox.settled();
      return events.types;
    };
    return { attempts, published, reader: new MongoAttemptReader(store), outbox, clock, events };
  };

  attemptRepositoryContract('MongoDB', opened);
  attemptReaderContract('MongoDB', opened);

  it('tells later what it stored while the broker was away', async () => {
    const { attempts, outbox, clock, events } = await opened();
    events.isAway = true;
    const done = { ...anAttempt(), state: 'done' as const, dueAt: null, revision: 2 };
    await attempts.insert(anAttempt());
    expect(await attempts.replace(anAttempt(), done, [attemptEvent(done)])).toBe(true);
    await outbox.settled();

    expect(events.types).toEqual([]);

    events.isAway = false;
    clock.advance(2_000);
    expect(await outbox.sweep()).toBe(1);
    expect(events.types).toEqual(['batch.attempted.v1']);
  });
});
