import { Allow, EventStreams, Fails, pathId, type ServerSentEvent } from '#libs/api';
import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { FindSend } from '../send/find-send.ts';
import { sendExample, type SendRecord } from '../send/send-record.ts';
import { WatchSend } from './watch-send.ts';

@ApiTags('Sends')
@Controller('v1/apps/:app/sends')
@Allow('server')
export class LiveSendsController {
  constructor(
    private readonly findSend: FindSend,
    private readonly watchSend: WatchSend,
    private readonly streams: EventStreams,
  ) {}

  @Get(':id/events')
  @ApiOperation({
    summary: 'One send with its numbers, told again whenever they change',
    description:
      'Server-sent events named `send`, whose data is what `GET …/sends/{id}` answers: one at once, then at most four a second. The stream ends with the send; after 15 minutes it ends before, and is asked for again.',
  })
  @ApiOkResponse({
    description: 'A live stream',
    content: { 'text/event-stream': { schema: { type: 'string' }, example: `event: send\ndata: ${JSON.stringify(sendExample)}\n\n` } },
  })
  @Fails('send_not_found', 'too_many_streams')
  async watch(
    @Param('app', { schema: pathId }) app: string,
    @Param('id', { schema: pathId }) id: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const send = await this.findSend.execute(app, id);
    await this.streams.answer(reply, (signal) => events(this.watchSend.execute(send, signal)));
  }
}

async function* events(records: AsyncIterable<SendRecord>): AsyncGenerator<ServerSentEvent> {
  for await (const data of records) yield { event: 'send', data };
}
