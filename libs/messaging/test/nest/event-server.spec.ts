import { DependencyUnavailable, PushError } from '#libs/kernel';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { EventContext } from '../../src/consuming/event-context.ts';
import { EventTransport, type GroupLag, type GroupMembership } from '../../src/consuming/event-transport.ts';
import type { Subscription } from '../../src/consuming/subscription.ts';
import { TEST_TOPIC, aThing, thingHappenedV1, type Thing } from '../consuming/test-events.ts';
import type { DeadLetter } from '../../src/dead-letters/dead-letter.ts';
import { consumerOf, deadLettersOf } from '../../src/nest/consumes.ts';
import { EventServer } from '../../src/nest/event-server.ts';

/** Keeps what is subscribed; the tests bring the events. */
class OpenTransport extends EventTransport {
  readonly subscriptions: Subscription[] = [];
  isClosed = false;

  async subscribe(subscription: Subscription): Promise<GroupMembership> {
    this.subscriptions.push(subscription);
    return { close: async () => undefined };
  }

  async lag(): Promise<readonly GroupLag[]> {
    return [];
  }

  async sizes(): Promise<readonly []> {
    return [];
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

class AlreadyPlanned extends PushError {
  readonly code = 'already_planned';
  readonly retryable = false;
}

const campaign = consumerOf('campaign');
const feedback = consumerOf('feedback');

@Controller()
class CampaignConsumer {
  readonly seen: unknown[] = [];
  error: Error | undefined;

  @campaign(thingHappenedV1, { concurrency: 4 })
  async happened(@Payload() thing: Thing, @Ctx() context: EventContext): Promise<void> {
    if (this.error) throw this.error;
    this.seen.push([thing.n, context.envelope.source]);
  }

  @(deadLettersOf('campaign')(thingHappenedV1, { unreadable: true }))
  async died(letter: DeadLetter): Promise<void> {
    this.seen.push(letter.code);
  }
}

@Controller()
class FeedbackConsumer {
  readonly seen: number[] = [];

  @feedback(thingHappenedV1)
  async happened(thing: Thing): Promise<void> {
    this.seen.push(thing.n);
  }
}

@Controller()
class SecondCampaignConsumer {
  @campaign(thingHappenedV1)
  async happenedToo(): Promise<void> {
    await Promise.resolve();
  }
}

@Controller()
class PlainConsumer {
  @EventPattern('thing.happened.v1')
  async happened(_data: unknown): Promise<void> {
    await Promise.resolve();
  }
}

async function serving(...controllers: (new () => object)[]) {
  const transport = new OpenTransport();
  const strategy = new EventServer(transport);
  const module = await Test.createTestingModule({ controllers }).compile();
  const app = module.createNestMicroservice({ strategy, logger: false });
  await app.listen();
  return { app, module, transport, strategy };
}

const { envelope } = aThing('a', 7);
const context = new EventContext(envelope, { topic: TEST_TOPIC, partition: 0, offset: 0, key: 'a', at: 0, value: '', headers: {} }, 0);

describe('the Nest strategy', () => {
  it('opens one subscription for each service and topic, whose handlers chain nothing', async () => {
    const { app, module, transport } = await serving(CampaignConsumer, FeedbackConsumer);

    const [first] = transport.subscriptions;
    await first?.handlers.get('thing.happened.v1')?.handle(envelope.data, context);

    expect(transport.subscriptions).toEqual([
      expect.objectContaining({ service: 'campaign', topic: TEST_TOPIC, concurrency: 4 }),
      expect.objectContaining({ service: 'feedback', topic: TEST_TOPIC }),
    ]);
    expect(module.get(CampaignConsumer).seen).toEqual([[7, 'carillon/test']]);
    expect(module.get(FeedbackConsumer).seen).toEqual([]);
    await app.close();
    expect(transport.isClosed).toBe(true);
  });

  it.each([[new AlreadyPlanned('twice')], [new DependencyUnavailable('the database')]])(
    'hands the original error on: %s',
    async (error) => {
      const { app, module, transport } = await serving(CampaignConsumer);
      module.get(CampaignConsumer).error = error;

      const handled = transport.subscriptions[0]?.handlers.get('thing.happened.v1')?.handle(envelope.data, context);

      await expect(handled).rejects.toBe(error);
      await app.close();
    },
  );

  it('tells the service of its dead letters', async () => {
    const { app, module, transport } = await serving(CampaignConsumer);
    const [listener] = transport.subscriptions[0]?.listeners ?? [];

    await listener?.tell({ code: 'handler_failed' } as DeadLetter);

    expect(listener).toMatchObject({ type: 'thing.happened.v1', unreadable: true });
    expect(module.get(CampaignConsumer).seen).toEqual(['handler_failed']);
    await app.close();
  });

  it('refuses to start when a service handles one type twice', async () => {
    await expect(serving(CampaignConsumer, SecondCampaignConsumer)).rejects.toThrow('campaign handles thing.happened.v1 twice');
  });

  it('refuses a handler that has no contract', async () => {
    await expect(serving(PlainConsumer)).rejects.toThrow('declared with @consumes');
  });
});
