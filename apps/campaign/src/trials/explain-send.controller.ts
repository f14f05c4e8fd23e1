import { Allow, Answers, Fails, pathId } from '#libs/api';
import { Clock, Turns } from '#libs/kernel';
import { sentenceOf, settingOf } from '#libs/sends';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { documented } from '../intake/documented.ts';
import { ExplainSend, explainSendBody, type InstallationVerdict } from './explain-send.ts';
import { SEND_RULES } from './explained-rule.ts';

const rule = z
  .object({
    rule: z.enum(SEND_RULES),
    verdict: z
      .enum(['passes', 'fails', 'holds', 'not_asked'])
      .meta({ description: '`holds`: it would go later; `not_asked`: what comes before is in the way, or no dispatcher answered.' }),
    reason: z.string().nullable(),
    sentence: z.string().nullable().meta({ description: 'The reason in words, for people.' }),
    detail: z.string().nullable(),
    setting: z.string().nullable().meta({ description: 'What to change so that it does not apply; null where no setting does that.' }),
  })
  .meta({ id: 'RuleVerdict' });
const explained = z
  .object({
    goes: z.boolean().meta({ description: 'Whether one of the installations would be sent to, now or when quiet hours end.' }),
    installations: z.array(
      z.object({ installation: z.string(), provider: z.string(), goes: z.boolean(), reason: z.string().nullable(), rules: z.array(rule) }),
    ),
  })
  .meta({ id: 'SendExplained' });

const example: z.output<typeof explained> = {
  goes: false,
  installations: [
    {
      installation: 'phone-1',
      provider: 'apns',
      goes: false,
      reason: 'unsubscribed',
      rules: [
        { rule: 'audience', verdict: 'passes', reason: null, sentence: null, detail: null, setting: null },
        {
          rule: 'subscription',
          verdict: 'fails',
          reason: 'unsubscribed',
          sentence: sentenceOf('skipped', 'unsubscribed'),
          detail: null,
          setting: settingOf('unsubscribed'),
        },
      ],
    },
  ],
};

@ApiTags('Sends')
@Controller('v1/apps/:app/explain')
@Allow('server')
export class ExplainSendController {
  constructor(
    private readonly explainSend: ExplainSend,
    private readonly clock: Clock,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'What would become of a send for a person or a phone',
    description: 'Every rule in its order with its verdict, by the code that planning and sending use. Nothing is sent or stored.',
  })
  @Answers(explained, { description: 'Each installation, rule by rule', example })
  @Fails(
    'target_empty', 'tag_expression_invalid', 'filter_invalid', 'audience_unknown', 'template_invalid', 'template_unknown', 'reserved_data_key', 'installation_not_found', 'user_not_found',
    'too_many_for_transactional',
  ) // prettier-ignore
  async explain(
    @Param('app', { schema: pathId }) app: string,
    @Body({ schema: documented(explainSendBody) }) body: unknown,
  ): Promise<z.input<typeof explained>> {
    await Turns.take(this.clock, app);
    const installations = (await this.explainSend.execute(app, body)).map(shown);
    return { goes: installations.some(({ goes }) => goes), installations };
  }
}

function shown({ installation, provider, rules }: InstallationVerdict): z.output<typeof explained>['installations'][number] {
  const wrong = rules.find(({ verdict }) => verdict === 'fails');
  return {
    installation,
    provider,
    goes: wrong === undefined,
    reason: wrong?.reason ?? null,
    rules: rules.map((one) => ({
      ...one,
      sentence: one.reason === null ? null : sentenceOf('skipped', one.reason),
      setting: settingOf(one.reason),
    })),
  };
}
