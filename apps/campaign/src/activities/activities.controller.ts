import { Allow, AlsoAnswers, Answers, Fails, IdempotencyKey, IdempotencyKeyHeader, PreferWait, pathId } from '#libs/api';
import { Clock } from '#libs/kernel';
import { Body, Controller, Param, Post, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AnswerNewSend } from '../control/answer-new-send.ts';
import { MakeSend } from '../control/make-send.ts';
import { documented } from '../intake/documented.ts';
import { createdExample, createdSend, sendExample, sendRecord, type CreatedSend, type SendRecord } from '../send/send-record.ts';
import { ActivityClock } from './activity-clock.ts';
import { activityBody, readActivity } from './activity-update.ts';

@ApiTags('Live Activities')
@Controller('v1/apps/:app/live-activities')
@Allow('server')
export class ActivitiesController {
  constructor(
    private readonly answerNewSend: AnswerNewSend,
    private readonly makeSend: MakeSend,
    private readonly seconds: ActivityClock,
    private readonly clock: Clock,
  ) {}

  @Post(':activityId')
  @ApiOperation({
    summary: 'Start, update or end a Live Activity',
    description:
      'A send: its numbers, results and explanations are those of `…/sends`. A start goes to whom `to` names and who has registered a token for `attributesType`; update and end go to the installations that have registered one for `activityId`, at most 1,000 (more watch a broadcast channel).',
  })
  @IdempotencyKeyHeader()
  @ApiHeader({ name: 'Prefer', required: false, example: 'wait=10' })
  @Answers(createdSend, {
    status: 202,
    description: 'The send is taken; nothing acknowledged is lost',
    example: { ...createdExample, recipients: 1 },
  })
  @AlsoAnswers(sendRecord, { status: 200, description: 'It ended in time (`Prefer: wait`)', example: sendExample })
  @Fails(
    'target_empty',
    'tag_expression_invalid',
    'template_invalid',
    'too_many_for_transactional',
    'idempotency_key_required',
    'idempotency_mismatch',
  )
  async push(
    @Param('app', { schema: pathId }) app: string,
    @Param('activityId', { schema: pathId }) activityId: string,
    @Body({ schema: documented(activityBody) }) body: unknown,
    @IdempotencyKey() key: string | undefined,
    @PreferWait() waitMs: number,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedSend | SendRecord> {
    readActivity(body, activityId, this.clock.now()); // what is refused takes no second
    const request = readActivity(body, activityId, (await this.seconds.next(app, activityId)) * 1_000);
    return this.answerNewSend.execute({ app, route: `live-activities/${activityId}`, key, body, waitMs }, reply, (id) =>
      this.makeSend.execute({ id, app, campaign: null, request, body, repeatable: key !== undefined }),
    );
  }
}
