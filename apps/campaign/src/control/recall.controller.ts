import type { Principal } from '#libs/access';
import { Allow, Answers, CurrentKey, Fails, fieldErrors, pathId } from '#libs/api';
import { Clock, Turns } from '#libs/kernel';
import type { MessageTemplate } from '#libs/sends';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { documented } from '../intake/documented.ts';
import { messageBody } from '../intake/message-body.ts';
import { objectIn, readSend } from '../intake/read-send.ts';
import { SendInvalid, type SendProblem } from '../intake/send-invalid.ts';
import { count } from '../send/sums-shape.ts';
import { RecallSend } from './recall-send.ts';

const recallBody = z
  .strictObject({
    replaceWith: messageBody.exactOptional().meta({ description: 'Shown in the place of the message; nothing is without it.' }),
  })
  .meta({ id: 'Recall', examples: [{ replaceWith: { title: 'The sale begins on Monday' } }] });
const documentedBody = documented(recallBody.default({}));
const own = z.strictObject({ replaceWith: z.unknown() }).partial();

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
    @Body({ schema: documentedBody }) body: unknown,
    @CurrentKey() by: Principal,
  ): Promise<z.input<typeof recalled>> {
    await Turns.take(this.clock, app);
    return this.recallSend.execute(app, id, readRecall(body ?? {}), by);
  }
}

/** The message of a recall, read as one of a send is; null: it names none. Throws SendInvalid with all of its problems. */
function readRecall(body: unknown): MessageTemplate | null {
  const whole = objectIn(body);
  const problems: SendProblem[] = [];
  const parsed = own.safeParse(whole);
  if (!parsed.success) problems.push(...fieldErrors(parsed.error.issues, own));
  const message = whole['replaceWith'] === undefined ? null : messageIn(whole['replaceWith'], problems);
  if (problems.length > 0) throw new SendInvalid(problems);
  return message;
}

function messageIn(written: unknown, problems: SendProblem[]): MessageTemplate | null {
  try {
    const { message } = readSend({ to: { everyone: true }, message: written });
    if (message.silent !== true) return message;
    problems.push({ pointer: '/replaceWith/silent', message: 'Must be absent: without `replaceWith` nothing is shown' });
  } catch (error) {
    if (!(error instanceof SendInvalid)) throw error;
    problems.push(...error.problems.map((problem) => ({ ...problem, pointer: problem.pointer.replace(/^\/message/, '/replaceWith') })));
  }
  return null;
}
