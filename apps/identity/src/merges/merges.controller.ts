import { AppRepository } from '#libs/access';
import { Allow, Answers, Fails, IdempotencyKey, IdempotencyKeyHeader, IdempotentRequests, pathId, problemBytesFor } from '#libs/api';
import { Clock } from '#libs/kernel';
import { IdentifyUser, OperationRepository } from '#libs/registry';
import { appById } from '#libs/registry-http';
import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { eachItem } from '../tracking/item-results.ts';
import { BeginMerges, OperationNotFound } from './begin-merges.ts';
import {
  begunOperation,
  identifyAnswer,
  identifyBody,
  mergeBody,
  operationExample,
  operationRecord,
  operationRecordOf,
  type MergeBody,
} from './merge-bodies.ts';

@ApiTags('Users')
@Allow('server')
@Controller('v1/apps/:app')
export class MergesController {
  constructor(
    private readonly apps: AppRepository,
    private readonly identifyUser: IdentifyUser,
    private readonly beginMerges: BeginMerges,
    private readonly operations: OperationRepository,
    private readonly idempotent: IdempotentRequests,
    private readonly clock: Clock,
  ) {}

  @Post('users/identify')
  @ApiOperation({
    summary: 'Give people who are known by an alias alone the ids of your own',
    description: 'Where somebody has the external id already, the two are one from then on (R33). Doing it again changes nothing.',
  })
  @Answers(identifyAnswer, { description: 'What became of each item, in order', example: { items: [{ status: 'identified' }] } })
  async identify(
    @Param('app') appId: string,
    @Body({ schema: identifyBody }) items: z.output<typeof identifyBody>,
    @Req() { headers }: FastifyRequest,
  ): Promise<z.output<typeof identifyAnswer>> {
    const app = await appById(this.apps, appId);
    const results = await eachItem(items, {
      keyOf: ({ externalId }) => externalId,
      clock: this.clock,
      maxBytes: problemBytesFor(Number(headers['content-length'] ?? Infinity)),
      work: async ({ alias, externalId }) => (await this.identifyUser.execute(app.id, alias, externalId, app.settings)).result,
    });
    return { items: results };
  }

  @Post('users/merge')
  @IdempotencyKeyHeader()
  @ApiOperation({
    summary: 'Merge people that turned out to be one',
    description:
      'Devices, aliases and what `from` did become those of `into`, then `from` goes; a later login of it is a new person (R34).',
  })
  @Answers(begunOperation, { status: 202, description: 'Begun', example: { operation: operationExample.id } })
  @Fails('idempotency_mismatch')
  async merge(
    @Param('app') appId: string,
    @Body({ schema: mergeBody }) pairs: MergeBody,
    @IdempotencyKey() key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ operation: string }> {
    const app = await appById(this.apps, appId);
    const { seed } = await this.idempotent.claim({ app: app.id, route: 'users/merge', key, body: pairs });
    const { id } = await this.beginMerges.execute(app, seed, pairs);
    void reply.header('location', `/v1/apps/${encodeURIComponent(app.id)}/operations/${id}`);
    return { operation: id };
  }

  @Get('operations/:id')
  @ApiOperation({ summary: 'What became of work that a call has begun' })
  @Answers(operationRecord, { description: 'The operation as it stands', example: operationExample })
  @Fails('operation_not_found')
  async read(@Param('app') app: string, @Param('id', { schema: pathId }) id: string) {
    const operation = await this.operations.findById(app, id);
    if (!operation) throw new OperationNotFound();
    return operationRecordOf(operation);
  }
}
