import {
  Allow,
  AlsoAnswers,
  Answers,
  AnswersNothing,
  CurrentKey,
  Fails,
  IfMatch,
  RequestInvalid,
  checkPrecondition,
  decodeCursor,
  etagOf,
  instantField,
  page,
  pageQuery,
  pathId,
  type Precondition,
} from '#libs/api';
import type { Principal } from '#libs/access';
import { Clock, newId, isoTime } from '#libs/kernel';
import { IfMatchHeader } from '#libs/registry-http';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { DeliverWebhooks } from './deliver-webhooks.ts';
import { OutboundRules } from './outbound-address.ts';
import { deliveryOf } from './tell-webhooks.ts';
import {
  deliveryExample, deliveryPage, deliveryRecord, deliveryRecordOf, secretExample, webhookBody, webhookExample, webhookName, webhookPage, webhookRecord,
  webhookRecordOf, webhookWithSecret, type DeliveryRecord, type WebhookRecord,
} from './webhook-body.ts'; // prettier-ignore
import { WebhookNotFound } from './webhook-errors.ts';
import { WebhookStore } from './webhook.store.ts';
import { DELIVERY_STATES, MAX_WEBHOOKS, type Webhook } from './webhook.ts';
import { WriteWebhook } from './write-webhook.ts';

const deliveriesQuery = pageQuery.extend({ state: z.enum(DELIVERY_STATES).exactOptional() });
const deliveryPosition = z.strictObject({ createdAt: z.number(), id: z.string() });
const replayBody = z
  .strictObject({
    since: instantField
      .exactOptional()
      .meta({ description: 'Facts from then on; all that are kept unless said', example: '2026-01-01T12:00:00Z' }),
  })
  .default({})
  .meta({ id: 'WebhookReplay', examples: [{ since: '2026-01-01T12:00:00Z' }] });
const replayed = z.object({ replayed: z.int().meta({ description: 'Deliveries that are due again' }) }).meta({ id: 'WebhookReplayed' });

@ApiTags('Webhooks')
@Allow('server')
@Controller('v1/apps/:app/webhooks')
export class WebhooksController {
  constructor(
    private readonly store: WebhookStore,
    private readonly writeWebhook: WriteWebhook,
    private readonly deliverWebhooks: DeliverWebhooks,
    private readonly rules: OutboundRules,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Who is told what happens', description: `By name; an app has at most ${MAX_WEBHOOKS}.` })
  @Answers(webhookPage, { description: 'All of them', example: { items: [webhookExample], cursor: null } })
  async list(@Param('app', { schema: pathId }) app: string) {
    return { items: (await this.store.list(app)).map(webhookRecordOf), cursor: null };
  }

  @Put(':name')
  @IfMatchHeader()
  @ApiOperation({
    summary: 'Have facts posted to a URL',
    description:
      'Signed as Standard Webhooks 1.0 says. Answers the secret when it is new, and never again. A 2xx within 15 s is a delivery; redirects are not followed; anything else is tried again for three days, no sooner than `Retry-After` asks, then the webhook is disabled. With `batch` a request has a list of facts.',
  })
  @Answers(webhookRecord, { description: 'Changed; its secret stays', example: webhookExample })
  @AlsoAnswers(webhookWithSecret, { status: 201, description: 'Made, with its secret', example: secretExample })
  @Fails('webhooks_full', 'revision_mismatch', 'stale_revision')
  async put(
    @Param('app', { schema: pathId }) app: string,
    @Param('name', { schema: webhookName }) name: string,
    @Body({ schema: webhookBody }) body: z.output<typeof webhookBody>,
    @IfMatch() expected: Precondition | undefined,
    @CurrentKey() by: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WebhookRecord & { secret?: string }> {
    const problem = this.rules.problemOf(new URL(body.url));
    if (problem !== undefined) throw new RequestInvalid([{ pointer: '/url', message: problem }]);
    const { webhook, secret } = await this.writeWebhook.put({ app, name }, body, by, (before) => {
      checkPrecondition(expected, before?.revision);
    });
    void reply.header('etag', etagOf(webhook.revision));
    if (secret === null) return webhookRecordOf(webhook);
    void reply.status(201);
    return { ...webhookRecordOf(webhook), secret };
  }

  @Get(':name')
  @ApiOperation({ summary: 'One webhook' })
  @Answers(webhookRecord, { description: 'As it stands; never with its secret', example: webhookExample })
  @Fails('webhook_not_found')
  async get(
    @Param('app', { schema: pathId }) app: string,
    @Param('name', { schema: webhookName }) name: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WebhookRecord> {
    const webhook = await this.#found(app, name);
    void reply.header('etag', etagOf(webhook.revision));
    return webhookRecordOf(webhook);
  }

  @Delete(':name')
  @IfMatchHeader()
  @ApiOperation({ summary: 'Tell it nothing more', description: 'What is on its way to it goes, too.' })
  @AnswersNothing('Deleted')
  @Fails('webhook_not_found', 'revision_mismatch')
  async delete(
    @Param('app', { schema: pathId }) app: string,
    @Param('name', { schema: webhookName }) name: string,
    @IfMatch() expected: Precondition | undefined,
    @CurrentKey() by: Principal,
  ): Promise<void> {
    await this.writeWebhook.remove({ app, name }, by, ({ revision }) => {
      checkPrecondition(expected, revision);
    });
  }

  @Post(':name/rotate')
  @HttpCode(200)
  @ApiOperation({ summary: 'Replace the secret', description: 'For a day both sign; receivers take either.' })
  @Answers(webhookWithSecret, { description: 'With the new secret', example: secretExample })
  @Fails('webhook_not_found', 'stale_revision')
  async rotate(
    @Param('app', { schema: pathId }) app: string,
    @Param('name', { schema: webhookName }) name: string,
    @CurrentKey() by: Principal,
  ) {
    const { webhook, secret } = await this.writeWebhook.rotate({ app, name }, by);
    return { ...webhookRecordOf(webhook), secret };
  }

  @Post(':name/test')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Post a `webhook.test` now',
    description: 'Answers when the receiver has, within 15 s. Also to one that is disabled. It is listed with the deliveries.',
  })
  @Answers(deliveryRecord, { description: 'How it ended', example: deliveryExample })
  @Fails('webhook_not_found')
  async test(@Param('app', { schema: pathId }) app: string, @Param('name', { schema: webhookName }) name: string): Promise<DeliveryRecord> {
    const webhook = await this.#found(app, name);
    return deliveryRecordOf(await this.deliverWebhooks.test(webhook, this.#testOf(webhook)));
  }

  @Get(':name/deliveries')
  @ApiOperation({ summary: 'What was posted, and what is to be; newest first' })
  @Answers(deliveryPage, {
    description: 'Kept for some days (`WEBHOOK_RETENTION_DAYS`)',
    example: { items: [deliveryExample], cursor: null },
  })
  @Fails('webhook_not_found')
  async deliveries(
    @Param('app', { schema: pathId }) app: string,
    @Param('name', { schema: webhookName }) name: string,
    @Query({ schema: deliveriesQuery }) { limit, cursor, state }: z.output<typeof deliveriesQuery>,
  ) {
    const after = decodeCursor(cursor, deliveryPosition);
    const found = await this.store.deliveries(await this.#found(app, name), state, limit + 1, after);
    return page(found, limit, deliveryRecordOf, ({ createdAt, id }) => ({ createdAt, id }));
  }

  @Post(':name/replay')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Deliver what failed once more',
    description: 'For a receiver that is well again; enable its webhook first. Each fact has the `webhook-id` that it had.',
  })
  @Answers(replayed, { status: 202, description: 'On their way', example: { replayed: 12 } })
  @Fails('webhook_not_found')
  async replay(
    @Param('app', { schema: pathId }) app: string,
    @Param('name', { schema: webhookName }) name: string,
    @Body({ schema: replayBody }) { since = 0 }: z.output<typeof replayBody>,
  ) {
    return { replayed: await this.store.replay(await this.#found(app, name), since, this.clock.now()) };
  }

  #testOf(webhook: Webhook) {
    const now = this.clock.now();
    const { app, name } = webhook;
    const fact = { id: newId(), type: 'webhook.test.v1', source: 'carillon/feedback', time: isoTime(now), data: { app, webhook: name } };
    return deliveryOf(webhook, fact, now);
  }

  async #found(app: string, name: string): Promise<Webhook> {
    const webhook = await this.store.find({ app, name });
    if (!webhook) throw new WebhookNotFound(name);
    return webhook;
  }
}
