import { Allow, Answers, Fails, pathId } from '#libs/api';
import { TOPIC_NAME } from '#libs/registry-http';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { SubscribeInstallations } from './subscribe-installations.ts';

const maxInstallations = 10_000;

const topicName = z
  .string()
  .regex(TOPIC_NAME, 'Must be 1 to 900 of a-z, A-Z, 0-9 and -_.~%, without /topics/')
  .meta({ description: 'Without `/topics/`', example: 'news' });

const changeBody = z
  .strictObject({ installations: z.array(pathId).min(1).max(maxInstallations) })
  .meta({ id: 'TopicChange', examples: [{ installations: ['phone-1', 'phone-2'] }] });

const changeAnswer = z
  .object({
    done: z.int().min(0),
    failed: z.int().min(0),
    results: z.array(
      z.object({
        installation: z.string(),
        outcome: z.enum(['done', 'failed']),
        reason: z
          .string()
          .nullable()
          .meta({ description: 'Why it failed: FCM’s own word, or `installation_unknown`, `no_token`, `other_provider`, `no_answer`' }),
      }),
    ),
  })
  .meta({ id: 'TopicChanged' });

const example: z.output<typeof changeAnswer> = {
  done: 1,
  failed: 1,
  results: [
    { installation: 'phone-1', outcome: 'done', reason: null },
    { installation: 'phone-2', outcome: 'failed', reason: 'NOT_FOUND' },
  ],
};

@ApiTags('FCM topics')
@Allow('server')
@Controller('v1/apps/:app/fcm-topics/:topic')
export class TopicsController {
  constructor(private readonly subscribeInstallations: SubscribeInstallations) {}

  @Post('subscribe')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Put installations on a topic of FCM',
    description: 'Of each that has a token of FCM, 1,000 at a time; it stays on the topic as long as that token lives. Safe to repeat.',
  })
  @Answers(changeAnswer, { description: 'What came of each', example })
  @Fails('credential_not_found', 'provider_call_failed', 'provider_call_unavailable')
  subscribe(
    @Param('app') app: string,
    @Param('topic', { schema: topicName }) topic: string,
    @Body({ schema: changeBody }) { installations }: z.output<typeof changeBody>,
  ) {
    return this.#change(app, topic, 'subscribe', installations);
  }

  @Post('unsubscribe')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take installations off a topic of FCM', description: 'As `subscribe`.' })
  @Answers(changeAnswer, { description: 'What came of each', example })
  @Fails('credential_not_found', 'provider_call_failed', 'provider_call_unavailable')
  unsubscribe(
    @Param('app') app: string,
    @Param('topic', { schema: topicName }) topic: string,
    @Body({ schema: changeBody }) { installations }: z.output<typeof changeBody>,
  ) {
    return this.#change(app, topic, 'unsubscribe', installations);
  }

  async #change(app: string, topic: string, change: 'subscribe' | 'unsubscribe', installations: readonly string[]) {
    const results = await this.subscribeInstallations.execute({ app, topic, change, installations });
    const done = results.filter(({ outcome }) => outcome === 'done').length;
    return { done, failed: results.length - done, results };
  }
}
