import { AppRepository } from '#libs/access';
import {
  Allow,
  Answers,
  DocumentedBodies,
  Fails,
  IdempotencyKey,
  IdempotencyKeyHeader,
  IdempotentRequests,
  problemBytesFor,
} from '#libs/api';
import { Clock, uuid5 } from '#libs/kernel';
import { TrackUser } from '#libs/registry';
import { appById } from '#libs/registry-http';
import { Body, Controller, Param, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { eachItem } from './item-results.ts';
import { PublishTrackedEvent } from './publish-tracked-event.ts';
import { keyOfItem, someItems, trackAnswer, trackBody, trackedItemOf } from './track-body.ts';

type TrackAnswer = z.output<typeof trackAnswer>;

const example = {
  items: [
    { status: 'accepted' },
    { status: 'rejected', problem: { code: 'attribute_mismatch', detail: 'The attribute visits is no number to add to', errors: [] } },
  ],
  accepted: 1,
  rejected: 1,
};

@ApiTags('Users')
@Allow('server')
@Controller('v1/apps/:app/users/track')
export class TrackUsersController {
  constructor(
    private readonly apps: AppRepository,
    private readonly trackUser: TrackUser,
    private readonly publishEvent: PublishTrackedEvent,
    private readonly idempotent: IdempotentRequests,
    private readonly clock: Clock,
  ) {}

  @Post()
  @IdempotencyKeyHeader()
  @ApiOperation({
    summary: 'Tell attributes, tags and events of up to 1,000 people',
    description:
      'Each item is answered for itself: a bad one refuses no other. People whose external id or alias is new are made. An event counts once by its id and starts the campaigns that wait for it; a sum (`$inc`) is added by every call that says it, so give such calls an `Idempotency-Key`.',
  })
  @DocumentedBodies({ 'application/json': trackBody })
  @Answers(trackAnswer, { description: 'What became of each item, in order', example })
  @Fails('idempotency_mismatch')
  async track(
    @Param('app') appId: string,
    @Body({ schema: someItems }) items: readonly unknown[],
    @IdempotencyKey() key: string | undefined,
    @Req() { headers }: FastifyRequest,
  ): Promise<TrackAnswer> {
    const app = await appById(this.apps, appId);
    const claim = await this.idempotent.claim({ app: app.id, route: 'users/track', key, body: items });
    if (claim.answer) return claim.answer.body as TrackAnswer;
    const results = await eachItem(items, {
      keyOf: keyOfItem,
      clock: this.clock,
      maxBytes: problemBytesFor(Number(headers['content-length'] ?? Infinity)),
      work: async (item, at) => {
        const { name, tracked } = trackedItemOf(item, this.clock.now(), uuid5(claim.seed, String(at)));
        const { duplicates } = await this.trackUser.execute(app.id, name, tracked, app.settings.maxTags, this.publishEvent.execute);
        const isOnlyEvents = !tracked.change && !tracked.tags && duplicates.length > 0;
        return isOnlyEvents && duplicates.every(Boolean) ? 'duplicate' : 'accepted';
      },
    });
    const rejected = results.filter(({ status }) => status === 'rejected').length;
    const answer = { items: results, accepted: results.length - rejected, rejected };
    if (key !== undefined) await claim.settle({ status: 200, body: answer });
    return answer;
  }
}
