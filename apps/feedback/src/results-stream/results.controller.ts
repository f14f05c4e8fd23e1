import { Allow, Fails, ndjson, pathId } from '#libs/api';
import { SendReader } from '#libs/sends';
import { Controller, Get, Param, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SendForgotten, SendNotFound } from '../feedback-errors.ts';
import { StreamResults } from './stream-results.ts';

@ApiTags('Sends')
@Allow('server')
@Controller('v1/apps/:app/sends')
export class ResultsController {
  constructor(
    private readonly sends: SendReader,
    private readonly streamResults: StreamResults,
  ) {}

  @Get(':id/results')
  @ApiOperation({ summary: 'What became of every targeted installation, a line each' })
  @ApiOkResponse({
    description:
      'Newline-delimited JSON: `{installation, provider, outcome, reason, receipts}`, the last with the time of each thing that the device said (`opened`, `action:reply`). A send to a topic, condition or broadcast channel has one line, with `topic`, `condition` or `channel` in the place of `installation`; those of a recall name the send that they take back (`replaces`)',
    content: {
      'application/x-ndjson': {
        schema: { type: 'string' },
        example:
          '{"installation":"charlie-iphone","provider":"apns","outcome":"accepted","reason":null,"receipts":{"received":"2026-01-01T12:00:01.000Z"}}\n',
      },
    },
  })
  @Fails('send_not_found', 'send_forgotten')
  async results(@Param('app') app: string, @Param('id', { schema: pathId }) id: string): Promise<StreamableFile> {
    const send = await this.sends.findById(app, id);
    if (!send) throw new SendNotFound(id);
    if (send.forgottenAt !== undefined) throw new SendForgotten(id);
    return ndjson(this.streamResults.execute(send));
  }
}
