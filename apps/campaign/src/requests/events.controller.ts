import type { Principal } from '#libs/access';
import { Allow, Answers, CurrentKey, RequestInvalid } from '#libs/api';
import { Clock } from '#libs/kernel';
import { isCloudEventBatch, parseCloudEvent, parseCloudEventBatch, type ParsedCloudEvent } from '#libs/messaging';
import { Body, Controller, Headers, Post } from '@nestjs/common';
import { ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { IncomingHttpHeaders } from 'node:http';
import { anyEvents, verdictExample, verdicts } from './event-bodies.ts';
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
  @ApiConsumes('application/cloudevents+json', 'application/cloudevents-batch+json', 'application/json')
  @Answers(verdicts, { status: 202, description: 'What became of each event, in order', example: verdictExample })
  async accept(
    @Headers() headers: IncomingHttpHeaders,
    @Body({ schema: anyEvents }) body: unknown,
    @CurrentKey() key: Principal,
  ): Promise<EventVerdict[]> {
    return this.acceptEvents.execute(this.#parsed(headers, body), key);
  }

  #parsed(headers: IncomingHttpHeaders, body: unknown): readonly ParsedCloudEvent[] {
    const now = this.clock.now();
    if (body === undefined && !isBinary(headers)) throw new RequestInvalid([{ pointer: '', message: 'Holds no event' }]);
    if (!isCloudEventBatch(headers)) return [parseCloudEvent(headers, body, now)];
    const { events, problem } = parseCloudEventBatch(body, now);
    if (problem) throw new RequestInvalid([problem]);
    return events;
  }
}

/** The attributes of an event in binary mode are headers; its data may be empty. */
function isBinary(headers: IncomingHttpHeaders): boolean {
  return Object.keys(headers).some((name) => name.startsWith('ce-'));
}
