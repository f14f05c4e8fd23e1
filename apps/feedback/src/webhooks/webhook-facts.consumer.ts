import {
  batchSettledV1, installationPermissionChangedV1, installationRegisteredV1, installationRemovedV1, installationTokenChangedV1, installationUserChangedV1,
  receiptReportedV1, requestRejectedV1, sendFinishedV1, tokenRemovedV1, userMergedV1, userSubscriptionChangedV1,
} from '#libs/events'; // prettier-ignore
import { consumerOf, type EventContext } from '#libs/messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { z } from 'zod';
import { MessageFacts } from './message-facts.ts';
import { TellWebhooks } from './tell-webhooks.ts';

/** A group of its own: what receivers outside are told holds up nothing inside. */
const consumes = consumerOf('webhooks');

interface OfApp {
  readonly app: string;
}

/** Every fact that webhooks may want, in the version that its contract has. */
@Controller()
export class WebhookFactsConsumer {
  constructor(
    private readonly tellWebhooks: TellWebhooks,
    private readonly messageFacts: MessageFacts,
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

  @consumes(userMergedV1)
  async merged(@Payload() data: OfApp, @Ctx() context: EventContext): Promise<void> {
    await this.#tell(data, context);
  }

  @consumes(userSubscriptionChangedV1)
  async subscriptionChanged(@Payload() data: OfApp, @Ctx() context: EventContext): Promise<void> {
    await this.#tell(data, context);
  }

  @consumes(sendFinishedV1)
  async finished(@Payload() data: OfApp, @Ctx() context: EventContext): Promise<void> {
    await this.#tell(data, context);
  }

  @consumes(tokenRemovedV1)
  async tokenRemoved(@Payload() data: OfApp, @Ctx() context: EventContext): Promise<void> {
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

  @consumes(batchSettledV1)
  async settled({ app, batchId }: z.output<typeof batchSettledV1.data>): Promise<void> {
    const wanted = await this.#wantedOf(app);
    if (wanted.length > 0) await this.tellWebhooks.execute(app, await this.messageFacts.ofBatch(batchId, wanted));
  }

  async #wantedOf(app: string): Promise<readonly ('accepted' | 'failed')[]> {
    const are = await Promise.all(
      (['accepted', 'failed'] as const).map(async (end) => [end, await this.tellWebhooks.areWanted(app, `message.${end}`)] as const),
    );
    return are.flatMap(([end, isWanted]) => (isWanted ? [end] : []));
  }

  async #tell({ app }: { readonly app: string | null }, { envelope }: EventContext): Promise<void> {
    if (app !== null) await this.tellWebhooks.execute(app, [envelope]);
  }
}
