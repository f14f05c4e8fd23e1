import {
  Allow, AlsoAnswers, Answers, Fails, IdempotencyKey, IdempotencyKeyHeader, PreferWait, decodeCursor, encodeCursor, instantField, pageOf, pageQuery, pathId,
} from '#libs/api'; // prettier-ignore
import { Clock, Turns } from '#libs/kernel';
import { SEND_STATES } from '#libs/sends';
import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { AnswerNewSend } from './answer-new-send.ts';
import { documented } from '../intake/documented.ts';
import { CancelSends } from './cancel-sends.ts';
import { FindSend } from '../send/find-send.ts';
import { MakeSend } from './make-send.ts';
import { ListSends } from './list-sends.ts';
import { PauseSend } from './pause-send.ts';
import { ResumeSend } from './resume-send.ts';
import { maxCancelKey, writtenSendBody } from '../intake/send-body.ts';
import { createdExample, createdSend, sendExample, sendRecord, type CreatedSend, type SendRecord } from '../send/send-record.ts';
import { ReadSendRequest } from '../templates/read-send-request.ts';
import { ShowSend } from './show-send.ts';
import { StopSend } from './stop-send.ts';
import { WaitForEnd } from './wait-for-end.ts';

const listQuery = pageQuery.extend({
  state: z.enum(SEND_STATES).exactOptional(),
  campaign: pathId.exactOptional(),
  since: instantField.exactOptional().meta({ description: 'Created at or after this instant.' }),
  stalledFor: z.coerce.number().int().min(1).exactOptional().meta({ description: 'Seconds without progress of a send that is not over.' }),
});
const cancelBody = z
  .strictObject({ cancelKey: z.string().min(1).max(maxCancelKey), users: z.array(pathId).min(1).max(10_000).exactOptional() })
  .meta({ id: 'CancelSends', examples: [{ cancelKey: 'order-17' }] });
const cancelled = z.object({ cancelled: z.int(), alreadySent: z.int() }).meta({ id: 'CancelledSends' });
const cancelledExample = { cancelled: 3, alreadySent: 0 };
const position = z.object({ createdAt: z.int(), id: z.string() });
const sendPage = pageOf(sendRecord).meta({ id: 'SendPage' });
const remains = { description: 'The send, with what remains', example: sendExample };

const documentedSendBody = documented(writtenSendBody);

@ApiTags('Sends')
@Controller('v1/apps/:app/sends')
@Allow('server')
export class SendsController {
  constructor(
    private readonly answerNewSend: AnswerNewSend,
    private readonly readSendRequest: ReadSendRequest,
    private readonly makeSend: MakeSend,
    private readonly cancelSends: CancelSends,
    private readonly findSend: FindSend,
    private readonly listSends: ListSends,
    private readonly show: ShowSend,
    private readonly waitForEnd: WaitForEnd,
    private readonly pauseSend: PauseSend,
    private readonly resumeSend: ResumeSend,
    private readonly stopSend: StopSend,
    private readonly clock: Clock,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Send a push',
    description: 'With `Prefer: wait=N` the finished send is answered, if it ends within N seconds.',
  })
  @IdempotencyKeyHeader()
  @ApiHeader({ name: 'Prefer', required: false, example: 'wait=10' })
  @Answers(createdSend, { status: 202, description: 'The send is taken; nothing acknowledged is lost', example: createdExample })
  @AlsoAnswers(sendRecord, { status: 200, description: 'It ended in time (`Prefer: wait`)', example: sendExample })
  @Fails(
    'target_empty', 'tag_expression_invalid', 'condition_invalid', 'template_invalid', 'template_unknown', 'reserved_data_key', 'too_many_for_transactional', 'idempotency_key_required',
    'idempotency_mismatch',
  ) // prettier-ignore
  async create(
    @Param('app', { schema: pathId }) app: string,
    @Body({ schema: documentedSendBody }) body: unknown,
    @IdempotencyKey() key: string | undefined,
    @PreferWait() waitMs: number,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedSend | SendRecord> {
    await Turns.take(this.clock, app); // many that compile long texts must not make one long stop
    const read = await this.readSendRequest.execute(app, body);
    return this.answerNewSend.execute({ app, route: 'sends', key, body, waitMs }, reply, (id) =>
      this.makeSend.execute({ id, app, campaign: null, ...read, repeatable: key !== undefined }),
    );
  }

  @Post('cancel')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Cancel by a key of yours',
    description:
      'Stops every send made under `options.cancelKey`, and what comes under it within 24 hours; with `users`, leaves these users out of the sends that name users and wait for their time.',
  })
  @Answers(cancelled, {
    description: 'Messages that were kept from going and those that had gone; users, where `users` are named',
    example: cancelledExample,
  })
  cancel(
    @Param('app', { schema: pathId }) app: string,
    @Body({ schema: cancelBody }) { cancelKey, users }: z.output<typeof cancelBody>,
  ): Promise<z.input<typeof cancelled>> {
    return this.cancelSends.execute(app, cancelKey, users ?? null);
  }

  @Get()
  @ApiOperation({ summary: 'List sends, newest first' })
  @Answers(sendPage, { description: 'A page of sends', example: { items: [sendExample], cursor: null } })
  async list(
    @Param('app', { schema: pathId }) app: string,
    @Query({ schema: listQuery }) query: z.output<typeof listQuery>,
  ): Promise<z.output<typeof sendPage>> {
    const { limit, cursor, state, campaign, since, stalledFor } = query;
    const after = decodeCursor(cursor, position);
    const { items, next } = await this.listSends.execute({
      app,
      limit,
      ...(after && { after }),
      ...(state && { state }),
      ...(campaign !== undefined && { campaign }),
      ...(since !== undefined && { since }),
      ...(stalledFor !== undefined && { stalledForMs: stalledFor * 1_000 }),
    });
    return { items: await this.show.all(items), cursor: next && encodeCursor(next) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One send with its numbers' })
  @ApiHeader({ name: 'Prefer', required: false, example: 'wait=10' })
  @Answers(sendRecord, { description: 'The send; its numbers are at most a second old', example: sendExample })
  @Fails('send_not_found')
  async get(
    @Param('app', { schema: pathId }) app: string,
    @Param('id', { schema: pathId }) id: string,
    @PreferWait() waitMs: number,
  ): Promise<SendRecord> {
    return this.show.execute(await this.waitForEnd.execute(await this.findSend.execute(app, id), waitMs));
  }

  @Post(':id/pause')
  @ApiOperation({
    summary: 'Hold a send',
    description: 'Answers when nothing of it is on the wire, within 2 s. Pausing twice is pausing once.',
  })
  @Answers(sendRecord, remains)
  @Fails('send_not_found')
  async pause(@Param('app', { schema: pathId }) app: string, @Param('id', { schema: pathId }) id: string): Promise<SendRecord> {
    return this.show.fresh(await this.pauseSend.execute(app, id));
  }

  @Post(':id/resume')
  @ApiOperation({ summary: 'Let a held send go on' })
  @Answers(sendRecord, remains)
  @Fails('send_not_found')
  async resume(@Param('app', { schema: pathId }) app: string, @Param('id', { schema: pathId }) id: string): Promise<SendRecord> {
    return this.show.fresh(await this.resumeSend.execute(app, id));
  }

  @Post(':id/stop')
  @ApiOperation({
    summary: 'End a send for good',
    description: 'What is open settles as `send_stopped`; what was not planned is not targeted.',
  })
  @Answers(sendRecord, remains)
  @Fails('send_not_found')
  async stop(@Param('app', { schema: pathId }) app: string, @Param('id', { schema: pathId }) id: string): Promise<SendRecord> {
    return this.show.fresh(await this.stopSend.execute(app, id));
  }
}
