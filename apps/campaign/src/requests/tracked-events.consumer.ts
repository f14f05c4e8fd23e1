import { eventTrackedV1 } from '#libs/events';
import { Clock, parseInstant } from '#libs/kernel';
import { EventContext, consumerOf } from '#libs/messaging';
import type { Variables } from '#libs/sends';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { EnterCampaigns } from '../launching/enter-campaigns.ts';

const consumes = consumerOf('campaign');

interface Tracked {
  readonly app: string;
  readonly externalId: string;
  readonly name: string;
  readonly properties: Variables;
}

/** What users did (`push.track`): it may start a campaign for them, or keep one from going. */
@Controller()
export class TrackedEventsConsumer {
  constructor(
    private readonly enterCampaigns: EnterCampaigns,
    private readonly clock: Clock,
  ) {}

  @consumes(eventTrackedV1)
  async tracked(
    @Payload() { app, externalId, name, properties }: Tracked,
    @Ctx() { envelope: { source, id, time } }: EventContext,
  ): Promise<void> {
    const at = parseInstant(time) ?? this.clock.now();
    await this.enterCampaigns.event({ app, user: externalId, name, properties, source, id, at });
  }
}
