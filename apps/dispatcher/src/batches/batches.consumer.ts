import { batchPlannedV1 } from '#libs/events';
import { DependencyUnavailable, type Lane } from '#libs/kernel';
import { consumerOf, deadLettersOf, type DeadLetter } from '#libs/messaging';
import { Controller } from '@nestjs/common';
import { Draining } from '../admission/draining.ts';
import { DispatchBatch } from './dispatch-batch.ts';
import { BuryBatch, type BatchPlanned } from './planned-batches.ts';

const consumes = consumerOf('dispatcher');
const onDead = deadLettersOf('dispatcher');

/** Batches of a broadcast fill what a provider takes at a time, and more would only wait; small urgent ones wait for answers most of their time. */
const handlersFor = (topic: string) => (topic.endsWith('.transactional' satisfies `.${Lane}`) ? 64 : 16);

/** Batches of every provider and lane; each has a topic and a group of its own, so transactional never waits behind bulk. */
@Controller()
export class BatchesConsumer {
  constructor(
    private readonly dispatch: DispatchBatch,
    private readonly bury: BuryBatch,
    private readonly draining: Draining,
  ) {}

  @consumes(batchPlannedV1, { concurrency: handlersFor })
  async planned(data: BatchPlanned): Promise<void> {
    // Costs no try, and holds consumption back: the next process finds the event where it is.
    if (this.draining.isOn) throw new DependencyUnavailable('the dispatcher, which is about to end,');
    await this.dispatch.execute(data);
  }

  @onDead(batchPlannedV1)
  async died({ original, code }: DeadLetter): Promise<void> {
    const event = eventIn(original);
    if (event) await this.bury.execute(event, code);
  }
}

/** Undefined where the letter does not even name a batch: nothing is counted on it. */
function eventIn(original: string): BatchPlanned | undefined {
  try {
    return batchPlannedV1.data.safeParse((JSON.parse(original) as { data?: unknown }).data).data;
  } catch {
    return undefined;
  }
}
