import { eventTrackedV1, userUpdatedV1 } from '#libs/events';
import { EventContext, consumerOf, deadLettersOf, type DeadLetter } from '#libs/messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { CountTrackedEvent, type ToldEvent } from '../tracking/count-tracked-event.ts';
import { ApplyUserUpdate, type UserUpdate, RejectUpdate } from './apply-user-update.ts';

const consumes = consumerOf('identity');
const onDead = deadLettersOf('identity');

/** What internal services know of users (`push.track`). */
@Controller()
export class UpdatesConsumer {
  constructor(
    private readonly applyUserUpdate: ApplyUserUpdate,
    private readonly rejectUpdate: RejectUpdate,
    private readonly countTrackedEvent: CountTrackedEvent,
  ) {}

  @consumes(userUpdatedV1)
  async updated(@Payload() update: UserUpdate, @Ctx() { envelope }: EventContext): Promise<void> {
    await this.applyUserUpdate.execute(update, envelope);
  }

  @consumes(eventTrackedV1)
  async tracked(@Payload() event: ToldEvent, @Ctx() { envelope }: EventContext): Promise<void> {
    await this.countTrackedEvent.execute(event, envelope);
  }

  /** Identity is the one reader of the topic, so it also answers for what could not be read at all. */
  @onDead(userUpdatedV1, { unreadable: true })
  async rejected(letter: DeadLetter): Promise<void> {
    await this.rejectUpdate.execute(letter);
  }
}
