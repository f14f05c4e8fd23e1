import type { Principal } from '#libs/access';
import { Allow, Answers, CurrentKey, DocumentedBodies, RequestInvalid, problemBytesFor } from '#libs/api';
import { Clock } from '#libs/kernel';
import { distinctHeaders, parseHttpEvents } from '#libs/messaging';
import { Body, Controller, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { anyEvents, batchOfEvents, dataOfEvent, structuredEvent, verdictExample, verdicts } from './event-bodies.ts';
import { AcceptEvents, type EventVerdict } from './accept-events.ts';

@ApiTags('Events')
@Controller('v1/events')
@Allow('server')
export class EventsController {
  constructor(
    private readonly acceptEvents: AcceptEvents,
    private readonly clock: Clock,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Take events of internal services', description: 'CloudEvents 1.0 over HTTP: structured, binary and batched.' })
  @DocumentedBodies({
    'application/cloudevents+json': structuredEvent,
    'application/cloudevents-batch+json': batchOfEvents,
    'application/json': dataOfEvent,
  })
  @Answers(verdicts, { status: 202, description: 'What became of each event, in order', example: verdictExample })
  async accept(
    @Req() { raw: { rawHeaders, headers } }: FastifyRequest,
    @Body({ schema: anyEvents }) body: unknown,
    @CurrentKey() key: Principal,
  ): Promise<EventVerdict[]> {
    const { 'content-length': length } = headers;
    const { events, problem } = parseHttpEvents(distinctHeaders(rawHeaders), body, this.clock.now());
    if (problem) throw new RequestInvalid([problem]);
    return this.acceptEvents.execute(events, key, problemBytesFor(Number(length ?? Infinity)));
  }
}
