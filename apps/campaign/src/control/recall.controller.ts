import type { Principal } from '#libs/access';
import { Allow, Answers, CurrentKey, Fails, pathId } from '#libs/api';
import { Clock, Turns } from '#libs/kernel';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { documented } from '../intake/documented.ts';
import { readRecall, recallBody } from '../intake/recall-body.ts';
import { count } from '../send/sums-shape.ts';
import { RecallSend } from './recall-send.ts';

const takenBack = { replaced: count, withdrawn: count, impossible: count };
const recalled = z
  .object({
    sendId: z.string().nullable().meta({ description: 'The send that takes the messages back; null where there is nothing it could do.' }),
    unsent: count.meta({ description: 'Stopped before they went.' }),
    replaced: takenBack.replaced.meta({ description: 'Another message is on its way in their place, or has come.' }),
    withdrawn: takenBack.withdrawn.meta({ description: 'A silent message is on its way in their place, or has come.' }),
    impossible: takenBack.impossible.meta({
      description: 'They stay: no collapse id, a provider that cannot, or a device that is not theirs any more.',
    }),
    byProvider: z.record(z.string(), z.object(takenBack)),
  })
  .meta({ id: 'Recalled' });
const example: z.output<typeof recalled> = {
  sendId: '7c0a2f35-2f0f-5a0b-9f0e-5f6e1f7a3f10',
  unsent: 4_200,
  replaced: 5_700,
  withdrawn: 0,
  impossible: 100,
  byProvider: { apns: { replaced: 5_700, withdrawn: 0, impossible: 20 }, wns: { replaced: 0, withdrawn: 0, impossible: 80 } },
};

@ApiTags('Sends')
@Controller('v1/apps/:app/sends')
@Allow('server')
export class RecallController {
  constructor(
    private readonly recallSend: RecallSend,
    private readonly clock: Clock,
  ) {}

  @Post(':id/recall')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Take a send back',
    description:
      'Stops what has not gone. What was accepted under a collapse id is replaced by another message where the provider can do that, or withdrawn; the rest is counted as impossible. Repeated, it is the same recall, with the numbers as they are then.',
  })
  @Answers(recalled, { description: 'What became of the messages; none of the send is on the wire', example })
  @Fails('send_not_found', 'recall_differs', 'template_invalid', 'reserved_data_key')
  async recall(
    @Param('app', { schema: pathId }) app: string,
    @Param('id', { schema: pathId }) id: string,
    @Body({ schema: documented(recallBody) }) body: unknown,
    @CurrentKey() by: Principal,
  ): Promise<z.input<typeof recalled>> {
    await Turns.take(this.clock, app);
    return this.recallSend.execute(app, id, readRecall(body === undefined ? {} : body), by);
  }
}
