import { Allow, Answers, Fails, RequestInvalid, pathId } from '#libs/api';
import { isoTimeOrNull } from '#libs/kernel';
import { SHARED_RECIPIENT, SendReader, sentenceOf, settingOf } from '#libs/sends';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { SendNotFound } from '../feedback-errors.ts';
import { ExplainInstallation } from './explain-installation.ts';
import { ExplainUser } from './explain-user.ts';
import type { Explanation } from './explanation.ts';

const step = z.object({ at: z.iso.datetime().nullable(), step: z.string(), detail: z.string() }).meta({ id: 'ExplanationStep' });
const sentence = z.string().meta({ description: 'Outcome and reason in words, for people: docs/errors.md lists them.' });
const setting = z
  .string()
  .nullable()
  .meta({ description: 'What to change so that the reason does not apply the next time; null where no setting does that' });
const explained = z.object({ outcome: z.string(), reason: z.string().nullable(), sentence, setting, steps: z.array(step) });
const answer = z
  .union([
    explained.meta({ id: 'InstallationExplanation' }),
    z
      .object({
        outcome: z.string(),
        reason: z.string().nullable(),
        sentence,
        setting,
        installations: z.array(explained.extend({ id: z.string() })),
      })
      .meta({ id: 'UserExplanation' }),
  ])
  .meta({ id: 'Explanation' });

const query = z.strictObject({
  installation: pathId.exactOptional(),
  user: pathId.exactOptional().meta({ description: 'The app’s own id of a user' }),
});

const example = {
  outcome: 'token_invalid',
  reason: 'Unregistered',
  sentence: sentenceOf('token_invalid', 'Unregistered'),
  setting: settingOf('Unregistered'),
  steps: [
    { at: '2026-01-01T00:00:00.000Z', step: 'planned', detail: 'batch 5f0c…:0:000000:0 for apns, lane bulk' },
    { at: '2026-01-01T00:00:00.412Z', step: 'attempt 1', detail: 'token_invalid: Unregistered' },
    { at: '2026-01-01T00:00:00.510Z', step: 'token invalidated', detail: 'Unregistered' },
  ],
};

@ApiTags('Sends')
@Allow('server')
@Controller('v1/apps/:app/sends')
export class ExplainController {
  constructor(
    private readonly sends: SendReader,
    private readonly explainInstallation: ExplainInstallation,
    private readonly explainUser: ExplainUser,
  ) {}

  @Get(':id/explain')
  @ApiOperation({
    summary: 'Why an installation, or a user, did or did not get a send',
    description: 'Of a send to a topic, condition or broadcast channel, which is one message, it needs neither.',
  })
  @Answers(answer, { description: 'What became of it, step by step', example })
  @Fails('send_not_found')
  async explain(
    @Param('app') app: string,
    @Param('id', { schema: pathId }) id: string,
    @Query({ schema: query }) asked: z.output<typeof query>,
  ): Promise<object> {
    const send = await this.sends.findById(app, id);
    if (!send) throw new SendNotFound(id);
    const { installation, user } = asked;
    if (send.audience.kind === 'shared' && installation === undefined && user === undefined)
      return shown(await this.explainInstallation.execute(send, SHARED_RECIPIENT));
    if (installation !== undefined && user === undefined) return shown(await this.explainInstallation.execute(send, installation));
    if (user === undefined || installation !== undefined) {
      throw new RequestInvalid([{ pointer: '', in: 'query', message: 'Give exactly one of installation and user' }]);
    }
    const { outcome, reason, installations } = await this.explainUser.execute(send, user);
    return {
      outcome,
      reason,
      sentence: sentenceOf(outcome, reason),
      setting: settingOf(reason),
      installations: installations.map((one) => ({ id: one.id, ...shown(one) })),
    };
  }
}

function shown({ outcome, reason, steps }: Explanation): object {
  return {
    outcome,
    reason,
    sentence: sentenceOf(outcome, reason),
    setting: settingOf(reason),
    steps: steps.map(({ at, ...rest }) => ({ at: isoTimeOrNull(at), ...rest })),
  };
}
