import { eventTrackedV1 } from '#libs/events';
import { Clock, parseInstant } from '#libs/kernel';
import { EventContext, consumerOf } from '#libs/messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { ConvertMessages, type ConvertingEvent } from './convert-messages.ts';

const consumes = consumerOf('feedback');

/** What users did (`push.track`): it may be what a message was for. */
@Controller()
export class ConversionsConsumer {
  constructor(
    private readonly convertMessages: ConvertMessages,
    private readonly clock: Clock,
  ) {}

  @consumes(eventTrackedV1)
  async tracked(@Payload() event: Omit<ConvertingEvent, 'at'>, @Ctx() { envelope }: EventContext): Promise<void> {
    await this.convertMessages.execute({ ...event, at: parseInstant(envelope.time) ?? this.clock.now() });
  }
}
