import { Allow, EVENT_STREAM, EventStreams, Fails, instantText, liveLines, ndjson, pathId, type ServerSentEvent } from '#libs/api';
import { parseInstant } from '#libs/kernel';
import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { TYPE_PATTERNS } from '../webhooks/webhook-types.ts';
import { ReadActivity, type ActivityStep } from './read-activity.ts';
import { shownFact } from './shown-fact.ts';

const longestCursor = 512;
const maxTypes = 50;
const patterns: ReadonlySet<string> = new Set(TYPE_PATTERNS);

const query = z.strictObject({
  since: z
    .string()
    .max(longestCursor)
    .exactOptional()
    .meta({ description: 'A `cursor`, or a time (RFC 3339); the oldest fact that is kept unless said', example: '2026-01-01T12:00:00Z' }),
  types: z
    .string()
    .max(2_000)
    .refine((text) => text.split(',').length <= maxTypes, `Up to ${maxTypes} types`)
    .refine((text) => text.split(',').every((type) => patterns.has(type)), 'Types of facts with commas between')
    .exactOptional()
    .meta({ description: 'Only these: `message.failed`, `installation.*`, with commas between', example: 'message.failed,installation.*' }),
  follow: z.enum(['true', 'false']).default('false').meta({ description: 'Wait for more at the end' }),
});

const fact = {
  ...{ specversion: '1.0', id: '2694b868-7c6f-59e0-bc42-78a412f22131', type: 'message.failed.v1', source: 'carillon/feedback' },
  time: '2026-01-01T12:00:00.000Z',
  data: {
    ...{ app: 'demo', sendId: '0b8f6a52-3c1d-4e7a-9b26-5f0d1c7e8a94', messageId: '5b0c1a5e-7a2b-5b44-9a43-2cf0a7b8c1d2' },
    ...{ installationId: 'charlie-iphone', provider: 'apns', outcome: 'token_invalid', reason: 'Unregistered' },
  },
};
const cursor = '2s.0.1.a.0.0.7.1';

@ApiTags('Activity')
@Allow('server')
@Controller('v1/apps/:app/activity')
export class ActivityController {
  constructor(
    private readonly readActivity: ReadActivity,
    private readonly streams: EventStreams,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'What happened, fact by fact',
    description:
      'Every fact of the app, oldest first, as a CloudEvent with the `cursor` from which reading goes on after it: facts of one installation, user or send in their order, others about by time. A line with nothing but a cursor says that there is nothing more up to there. With `Accept: text/event-stream` as server-sent events, whose ids are the cursors; `Last-Event-ID` goes before `since`. A fact may come twice with the same `id`. What follows ends after 15 minutes, and is asked for again.',
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The cursor of the last server-sent event that came',
    schema: { type: 'string' },
  })
  @ApiOkResponse({
    description: 'Newline-delimited JSON, or server-sent events',
    content: {
      'application/x-ndjson': { schema: { type: 'string' }, example: `${JSON.stringify({ ...fact, cursor })}\n{"cursor":"${cursor}"}\n` },
      [EVENT_STREAM]: { schema: { type: 'string' }, example: `id: ${cursor}\ndata: ${JSON.stringify(fact)}\n\n` },
    },
  })
  @Fails('cursor_invalid', 'activity_gone', 'too_many_streams')
  async read(
    @Param('app', { schema: pathId }) app: string,
    @Query({ schema: query }) { since, types, follow }: z.output<typeof query>,
    @Headers('accept') accept: string | undefined,
    @Headers('last-event-id') last: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (reply.request.method === 'HEAD') {
      await reply.type('application/x-ndjson').send(); // it must not read everything
      return;
    }
    const wish = { app, since: placeOf(last ?? since), types: types?.split(',') ?? [], follow: follow === 'true' };
    const from = await this.readActivity.begin(wish);
    const steps = (signal: AbortSignal) => this.readActivity.execute(wish, from, signal);
    if (accept?.includes(EVENT_STREAM)) return this.streams.answer(reply, (signal) => eventsOf(steps(signal)));
    if (wish.follow) return this.streams.answerAs(liveLines, reply, (signal) => linesOf(steps(signal)));
    await reply.type('application/x-ndjson').send(ndjson(linesOf(steps(new AbortController().signal))).getStream());
  }
}

function placeOf(since: string | undefined): string | number | null {
  if (since === undefined) return null;
  return instantText.safeParse(since).success ? (parseInstant(since) ?? since) : since;
}

async function* linesOf(steps: AsyncIterable<ActivityStep>): AsyncGenerator {
  for await (const { fact: told, cursor: after } of steps) yield told ? { ...shownFact(told), cursor: after } : { cursor: after };
}

async function* eventsOf(steps: AsyncIterable<ActivityStep>): AsyncGenerator<ServerSentEvent> {
  for await (const { fact: told, cursor: id } of steps) yield { id, data: told ? shownFact(told) : undefined };
}
