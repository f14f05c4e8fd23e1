import { campaignTriggeredV1, sendRequestedV1 } from '#libs/events';
import { Clock } from '#libs/kernel';
import { EventContext, EventPublisher, consumerOf, deadLettersOf, type DeadLetter } from '#libs/messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { rejectionOf } from './rejection.ts';
import { SendOnRequest, TriggerOnRequest } from './send-on-request.ts';

const consumes = consumerOf('campaign');
const onDead = deadLettersOf('campaign');

@Controller()
export class RequestsConsumer {
  constructor(
    private readonly sendOnRequest: SendOnRequest,
    private readonly triggerOnRequest: TriggerOnRequest,
    private readonly publisher: EventPublisher,
    private readonly clock: Clock,
  ) {}

  @consumes(sendRequestedV1)
  async requested(@Payload() _data: unknown, @Ctx() { envelope }: EventContext): Promise<void> {
    await this.sendOnRequest.execute(envelope);
  }

  @consumes(campaignTriggeredV1)
  async triggered(@Payload() _data: unknown, @Ctx() { envelope }: EventContext): Promise<void> {
    await this.triggerOnRequest.execute(envelope);
  }

  /** Whoever asked learns that nothing was done, and why. */
  @onDead(sendRequestedV1, { unreadable: true })
  async rejected(letter: DeadLetter): Promise<void> {
    await this.publisher.publish([rejectionOf(letter, this.clock.now())]);
  }

  @onDead(campaignTriggeredV1)
  async triggerRejected(letter: DeadLetter): Promise<void> {
    await this.rejected(letter);
  }
}
