import { Allow, Answers, Fails, pathId } from '#libs/api';
import { Clock, PROVIDERS, Turns } from '#libs/kernel';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { documented } from '../intake/documented.ts';
import { testSendBody } from './read-test-send.ts';
import { TestSend } from './test-send.ts';

const tested = z
  .object({
    results: z.array(
      z.object({
        installation: z.string(),
        provider: z.enum(PROVIDERS).nullable(),
        outcome: z.string().meta({ description: 'As in the results of a send; `skipped` where no provider was asked.' }),
        reason: z.string().nullable(),
        providerStatus: z.int().nullable().meta({ description: 'The HTTP status that the provider answered with.' }),
        providerBody: z.string().nullable().meta({ description: 'What it said, in its own words; the first 4,096 characters.' }),
        request: z
          .object({ headers: z.record(z.string(), z.string()), body: z.unknown() })
          .nullable()
          .meta({
            description:
              'What it was sent: JSON as such, anything else as text, for Web Push as it was before it was encrypted. Credentials are left out, and the fingerprint stands in the place of the push token.',
          }),
      }),
    ),
  })
  .meta({ id: 'TestedSend' });

const example: z.output<typeof tested> = {
  results: [
    {
      installation: 'phone-1',
      provider: 'apns',
      outcome: 'token_invalid',
      reason: 'Unregistered',
      providerStatus: 410,
      providerBody: '{"reason":"Unregistered","timestamp":1795872600000}',
      request: {
        headers: { 'apns-topic': 'app.shop', 'apns-push-type': 'alert', 'apns-priority': '5', authorization: '[redacted]' },
        body: { aps: { alert: { title: 'Hello Kim' } }, carillon: { v: 1, send: '01890a5d-ac96-774b-bcce-b302099a8057', receipt: '…' } },
      },
    },
  ],
};

@ApiTags('Sends')
@Controller('v1/apps/:app/sends')
@Allow('server')
export class TestSendsController {
  constructor(
    private readonly testSend: TestSend,
    private readonly clock: Clock,
  ) {}

  @Post('test')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Try a message on a few phones',
    description:
      'Sends it now to at most ten users or installations, and answers what each provider said. It is no send: it is stored nowhere, counts nowhere, and no push token is purged by it. Subscription and permission hold, quiet hours do not.',
  })
  @Answers(tested, { description: 'What came of each installation', example })
  @Fails('target_empty', 'template_invalid', 'template_unknown', 'reserved_data_key', 'provider_call_unavailable')
  async test(
    @Param('app', { schema: pathId }) app: string,
    @Body({ schema: documented(testSendBody) }) body: unknown,
  ): Promise<z.input<typeof tested>> {
    await Turns.take(this.clock, app);
    const results = await this.testSend.execute(app, body);
    return {
      results: results.map(({ answer, ...result }) => ({
        ...result,
        providerStatus: answer?.status ?? null,
        providerBody: answer?.body ?? null,
      })),
    };
  }
}
