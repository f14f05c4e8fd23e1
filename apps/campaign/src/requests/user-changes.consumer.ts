import { userAttributesChangedV1 } from '#libs/events';
import { Clock, parseInstant } from '#libs/kernel';
import { EventContext, consumerOf } from '#libs/messaging';
import { UserRepository } from '#libs/registry';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { EnterCampaigns } from '../launching/enter-campaigns.ts';

const consumes = consumerOf('campaign');

interface Changed {
  readonly app: string;
  readonly userId: string;
  readonly changed?: readonly string[] | undefined;
}

/** What changed of users (`push.user`): an attribute that came to a value may start a campaign. Its value is read from the user: events carry none. */
@Controller()
export class UserChangesConsumer {
  constructor(
    private readonly enterCampaigns: EnterCampaigns,
    private readonly users: UserRepository,
    private readonly clock: Clock,
  ) {}

  @consumes(userAttributesChangedV1)
  async attributesChanged(
    @Payload() { app, userId, changed = [] }: Changed,
    @Ctx() { envelope: { source, id, time } }: EventContext,
  ): Promise<void> {
    const user = changed.length > 0 ? await this.users.findById(app, userId) : undefined;
    if (user?.externalId == null) return;
    const attributes = Object.fromEntries(Object.entries(user.attributes).filter(([name]) => changed.includes(name)));
    const at = parseInstant(time) ?? this.clock.now();
    await this.enterCampaigns.attributes({ app, user: user.externalId, attributes, source, id, at });
  }
}
