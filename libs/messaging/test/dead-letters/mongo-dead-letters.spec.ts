import { describeWithEngines } from '#libs/testing/engines';
import { indexesIn, testMongoStores } from '#libs/testing/store';
import { FixedClock } from '#libs/testing';
import { RecordAppender, type NewRecord } from '../../src/record-appender.ts';
import { messagingCollections } from '../../src/dead-letters/dead-letter-document.ts';
import { deadLetterId } from '../../src/dead-letters/dead-letter.ts';
import { deadLettersContract } from '../../src/dead-letters/dead-letters.contract.ts';
import { MongoDeadLetters } from '../../src/dead-letters/mongo-dead-letters.ts';

/** Topics in memory. A broker may be away, or gone between taking records and saying so. */
class TestTopics extends RecordAppender {
  readonly records: NewRecord[] = [];
  broker: 'there' | 'away' | 'silent' = 'there';

  async appendRecords(records: readonly NewRecord[]): Promise<void> {
    if (this.broker === 'away') throw new Error('no broker');
    this.records.push(...records);
    if (this.broker === 'silent') throw new Error('no answer');
  }

  on(topic: string) {
    return this.records.filter((record) => record.topic === topic).map(({ key, value, headers = {} }) => ({ key, value, headers }));
  }
}

const place = { group: 'carillon.campaign.push.test', service: 'campaign', topic: 'push.test', partition: 3, offset: 1 };
const facts = { key: 'k', type: null, app: null, code: 'handler_failed', reason: 'it would not', tries: 5, at: 1_000 };
const letter = { ...place, ...facts, id: deadLetterId(place), original: '{}', truncated: false, headers: { 'a.b': '$c' } };

describeWithEngines('dead letters on MongoDB', ({ MONGODB_URI }) => {
  const openStore = testMongoStores(MONGODB_URI, messagingCollections);

  const opened = async () => {
    const topics = new TestTopics();
    const clock = new FixedClock();
    return { letters: new MongoDeadLetters(await openStore(), topics, clock), topics, clock };
  };

  deadLettersContract('MongoDB', async () => {
    const { letters, topics } = await opened();
    return { letters, records: async (topic) => topics.on(topic) };
  });

  it('keeps a letter while the broker is away, and makes its copy when the letter comes again', async () => {
    const { letters, topics } = await opened();
    topics.broker = 'away';
    await expect(letters.add(letter)).rejects.toThrow('no broker');
    expect(await letters.findById(letter.id)).toEqual(letter);

    topics.broker = 'there';
    await letters.add(letter);
    await letters.add(letter);

    expect(topics.on('push.test.dead')).toHaveLength(1);
  });

  it('makes copies that are missing, and each of them once', async () => {
    const { letters, topics, clock } = await opened();
    topics.broker = 'away';
    for (let offset = 0; offset < 9; offset += 1)
      await expect(letters.add({ ...letter, offset, id: deadLetterId({ ...place, offset }) })).rejects.toThrow('no broker');
    topics.broker = 'there';
    expect(await letters.sweep()).toBe(0);

    clock.advance(2_000);

    expect(await letters.sweep()).toBe(9);
    expect(await letters.sweep()).toBe(0);
    expect(new Set(topics.on('push.test.dead').map(({ headers }) => headers['carillon-offset'])).size).toBe(9);
  });

  it('repeats a replay whose end is not known, and loses nothing', async () => {
    const { letters, topics } = await opened();
    await letters.add(letter);
    topics.broker = 'silent';
    await expect(letters.replay(letter.id)).rejects.toThrow('no answer');
    expect(await letters.findById(letter.id)).toEqual(letter);

    topics.broker = 'there';

    expect(await letters.replay(letter.id)).toBe(true);
    expect(topics.on('push.test')).toHaveLength(2);
    expect(await letters.findById(letter.id)).toBeUndefined();
  });

  it('has an index for every query', async () => {
    expect(await indexesIn(await openStore(), messagingCollections)).toEqual({
      replay_passes: ['at'],
      dead_letters: ['app at _id bytes', 'at _id bytes', 'copyDue, sparse', 'service topic code'],
    });
  });
});
