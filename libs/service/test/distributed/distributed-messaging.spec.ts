import { SoleWorkLock, WorkLock } from '#libs/coordination';
import { describeWithEngines } from '#libs/testing/engines';
import { Clock, Random, SystemRandom } from '#libs/kernel';
import { DeadLetters, KafkaClient, KafkaEventPublisher, messagingCollections } from '#libs/messaging';
import { MongoStore } from '#libs/storage';
import { testMongoStores } from '#libs/testing/store';
import { FixedClock, eventually } from '#libs/testing';
import { Test } from '@nestjs/testing';
import { PlatformSettingsOf, platformSettings } from '../../src/platform-settings.ts';
import { distributedMessaging } from '../../src/distributed/distributed-messaging.ts';

const letter = {
  ...{ id: 'letter-1', group: 'carillon.campaign.push.plan', service: 'campaign', topic: 'push.plan', partition: 3, offset: 1, key: 'k' },
  ...{ type: null, app: null, code: 'handler_failed', reason: 'it would not', tries: 5, at: 1_000 },
  ...{ original: '{}', truncated: false, headers: {} },
};

/** Topics whose brokers may be away. */
class TestTopics {
  readonly topics: string[] = [];
  areAway = true;

  async appendRecords(records: readonly { readonly topic: string }[]): Promise<void> {
    if (this.areAway) throw new Error('no broker');
    this.topics.push(...records.map(({ topic }) => topic));
  }
}

describeWithEngines('a process of the distributed runtime', ({ KAFKA_BROKERS, MONGODB_URI }) => {
  const openStore = testMongoStores(MONGODB_URI, messagingCollections);

  it('makes up for the copy of a dead letter that the brokers did not take', async () => {
    const topics = new TestTopics();
    const clock = new FixedClock();
    const module = await Test.createTestingModule({
      providers: [
        { provide: MongoStore, useValue: await openStore() },
        { provide: KafkaClient, useValue: new KafkaClient({ brokers: [KAFKA_BROKERS] }) },
        { provide: KafkaEventPublisher, useValue: topics },
        { provide: Clock, useValue: clock },
        { provide: Random, useClass: SystemRandom },
        { provide: WorkLock, useClass: SoleWorkLock },
        { provide: PlatformSettingsOf, useValue: new PlatformSettingsOf(platformSettings.parse({})) },
        ...distributedMessaging(),
      ],
    }).compile();
    const app = await module.init();
    await expect(app.get(DeadLetters).add(letter)).rejects.toThrow('no broker');

    topics.areAway = false;
    clock.advance(10_000);
    await eventually(
      async () => topics.topics,
      (copied) => copied.length > 0,
    );
    await app.close();

    expect(topics.topics).toEqual(['push.plan.dead']);
  });
});
