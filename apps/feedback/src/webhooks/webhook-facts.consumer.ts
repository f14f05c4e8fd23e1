import {
  ACTIVITY_TOPIC, importFinishedV1, installationPermissionChangedV1, installationRegisteredV1, installationRemovedV1, installationTokenChangedV1,
  installationUserChangedV1, messageConvertedV1, messagesEndedV1, receiptReportedV1, receiptsReportedV1, requestRejectedV1, sendCreatedV1, sendFinishedV1, sendForgottenV1, tokenRemovedV1,
  userAttributesChangedV1, userErasedV1, userMergedV1, userSubscriptionChangedV1,
} from '#libs/events'; // prettier-ignore
import { consumerOf, type EventContext } from '#libs/messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { z } from 'zod';
import { ActivityLog } from '../activity/activity-log.ts';
import { factsOf } from '../activity/ended-messages.ts';
import { TellWebhooks } from './tell-webhooks.ts';

/** A group of its own: what receivers outside are told holds up nothing inside. */
const consumes = consumerOf('webhooks', ACTIVITY_TOPIC);

interface OfApp {
  readonly app: string;
}

/** Every fact, in the version that its contract has: kept for `GET …/activity` where the log cannot be read by app, and told to webhooks that want it. */
@Controller()
export class WebhookFactsConsumer {
  constructor(
    private readonly activity: ActivityLog,
    private readonly tellWebhooks: TellWebhooks,
  ) {}

  @consumes(installationRegisteredV1)
  async registered(@Payload() data: OfApp, @Ctx() context: EventContext): Promise<void> {
    await this.#tell(data, context);
  }

  @consumes(installationRemovedV1)
  async removed(@Payload() data: OfApp, @Ctx() context: EventContext): Promise<void> {
    await this.#tell(data, context);
  }

  @consumes(installationTokenChangedV1)
  async tokenChanged(@Payload() data: OfApp, @Ctx() context: EventContext): Promise<void> {
    await this.#tell(data, context);
  }

  @consumes(installationUserChangedV1)
  async userChanged(@Payload() data: OfApp, @Ctx() context: EventContext): Promise<void> {
    await this.#tell(data, context);
  }

  @consumes(installationPermissionChangedV1)
  async permissionChanged(@Payload() data: OfApp, @Ctx() context: EventContext): Promise<void> {
    await this.#tell(data, context);
  }

  @consumes(userAttributesChangedV1)
  async attributesChanged(@Payload() data: OfApp, @Ctx() context: EventContext): Promise<void> {
    await this.#tell(data, context);
  }

  @consumes(userMergedV1)
  async merged(@Payload() data: OfApp, @Ctx() context: EventContext): Promise<void> {
    await this.#tell(data, context);
  }

  @consumes(userErasedV1)
  async erased(@Payload() data: OfApp, @Ctx() context: EventContext): Promise<void> {
    await this.#tell(data, context);
  }

  @consumes(userSubscriptionChangedV1)
  async subscriptionChanged(@Payload() data: OfApp, @Ctx() context: EventContext): Promise<void> {
    await this.#tell(data, context);
  }

  @consumes(sendCreatedV1)
  async created(@Payload() data: OfApp, @Ctx() context: EventContext): Promise<void> {
    await this.#tell(data, context);
  }

  @consumes(sendFinishedV1)
  async finished(@Payload() data: OfApp, @Ctx() context: EventContext): Promise<void> {
    await this.#tell(data, context);
  }

  @consumes(sendForgottenV1)
  async forgotten(@Payload() data: OfApp, @Ctx() context: EventContext): Promise<void> {
    await this.#tell(data, context);
  }

  @consumes(messagesEndedV1)
  async ended(@Payload() data: OfApp, @Ctx() context: EventContext): Promise<void> {
    await this.#tell(data, context);
  }

  @consumes(messageConvertedV1)
  async converted(@Payload() data: OfApp, @Ctx() context: EventContext): Promise<void> {
    await this.#tell(data, context);
  }

  @consumes(tokenRemovedV1)
  async tokenRemoved(@Payload() data: OfApp, @Ctx() context: EventContext): Promise<void> {
    await this.#tell(data, context);
  }

  @consumes(importFinishedV1)
  async imported(@Payload() data: OfApp, @Ctx() context: EventContext): Promise<void> {
    await this.#tell(data, context);
  }

  @consumes(requestRejectedV1)
  async rejected(@Payload() data: z.output<typeof requestRejectedV1.data>, @Ctx() context: EventContext): Promise<void> {
    await this.#tell(data, context);
  }

  @consumes(receiptReportedV1)
  async reported(@Payload() data: OfApp, @Ctx() context: EventContext): Promise<void> {
    await this.#tell(data, context);
  }

  @consumes(receiptsReportedV1)
  async reportedTogether(@Payload() data: OfApp, @Ctx() context: EventContext): Promise<void> {
    await this.#tell(data, context);
  }

  async #tell({ app }: { readonly app: string | null }, { envelope, record }: EventContext): Promise<void> {
    if (app === null) return;
    await this.activity.keep(app, record);
    if (await this.tellWebhooks.isAnybodyThere(app)) await this.tellWebhooks.execute(app, factsOf(envelope));
  }
}
