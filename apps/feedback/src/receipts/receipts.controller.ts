import { AppRepository } from '#libs/access';
import { Allow, Answers, Fails, Public, pathId, instantField } from '#libs/api';
import { RECEIPT_FORM, ReceiptSigner } from '#libs/kernel';
import { appById, FromCaller, InstallationGuard, type Caller } from '#libs/registry-http';
import { RECEIPT_KINDS } from '#libs/sends';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { RECEIPT_REFUSALS, type ReceiptRefusal } from './receipt.ts';
import { ReportReceipts, type TakenReceipts } from './report-receipts.ts';

const example = {
  receipt: '1f9a1de7-3a3b-5f0c-9a64-2f3b7d1c5e42.q83vEjRWeJCrze8S.Xw2PnjwbXQqbVQpdfxwuEQ',
  kind: 'opened',
  at: '2026-01-01T12:00:00Z',
};

const payloadReceipt = z.string().regex(RECEIPT_FORM);
const said = {
  kind: z.enum(RECEIPT_KINDS),
  action: z.string().min(1).max(100).exactOptional().meta({ description: 'The id of the button that was pressed: of the kind `action`' }),
  at: instantField.meta({ description: 'When, by the clock of the device', example: '2026-01-01T12:00:00Z' }),
};
const hasItsAction = ({ kind, action }: { kind: string; action?: string }) => (kind === 'action') === (action !== undefined);
const needsAction = { path: ['action'], message: 'Is needed for the kind action, and has no place in others' };

const reported = z
  .strictObject({
    sendId: z.uuid().exactOptional().meta({ description: 'The send, where the app knows it' }),
    receipt: payloadReceipt.exactOptional().meta({ description: 'The `receipt` of the payload, as it is' }),
    ...said,
  })
  .refine(hasItsAction, needsAction)
  .refine(({ sendId, receipt }) => (sendId === undefined) !== (receipt === undefined), {
    message: 'Give exactly one of sendId and receipt',
  })
  .meta({ id: 'Receipt', examples: [example], 'x-exactly-one-of': ['sendId', 'receipt'] });

const body = z
  .array(reported)
  .min(1)
  .max(1_000)
  .meta({ id: 'Receipts', examples: [[example]] });
const shown = z
  .strictObject({ receipt: payloadReceipt.meta({ description: 'The `receipt` of the payload, as it is' }), ...said })
  .refine(hasItsAction, needsAction)
  .meta({ id: 'ShownReceipt', examples: [example] });
const shownBody = z
  .array(shown)
  .min(1)
  .max(100)
  .meta({ id: 'ShownReceipts', examples: [[example]] });
const refusals = Object.keys(RECEIPT_REFUSALS) as [ReceiptRefusal, ...ReceiptRefusal[]];
const taken = z
  .object({
    added: z.int().meta({ description: 'Receipts that were not known yet' }),
    refused: z
      .array(
        z.object({ index: z.int().meta({ description: 'Its place in the list, from 0' }), code: z.enum(refusals), message: z.string() }),
      )
      .meta({ description: 'Receipts of no message that was sent to this installation: nothing of them is kept' }),
  })
  .meta({ id: 'ReceiptsTaken' });

@ApiTags('Receipts')
@Controller('v1/apps/:app')
export class ReceiptsController {
  constructor(
    private readonly apps: AppRepository,
    private readonly guard: InstallationGuard,
    private readonly reportReceipts: ReportReceipts,
    private readonly signer: ReceiptSigner,
  ) {}

  @Post('installations/:id/receipts')
  @Allow('server', 'sdk')
  @ApiOperation({
    summary: 'What the device says became of its messages; safe to repeat',
    description:
      'From an sdk key, receipts of payloads are proof enough where all that are given are of this installation; otherwise it has to prove itself as with its other calls. A receipt that is of no message sent to this installation is refused, each by itself.',
  })
  @Answers(taken, { status: 202, description: 'Taken, except those that are named as refused', example: { added: 1, refused: [] } })
  @Fails('installation_not_found', 'installation_secret_invalid')
  async report(
    @Param('app') app: string,
    @Param('id', { schema: pathId }) id: string,
    @Body({ schema: body }) receipts: z.output<typeof body>,
    @FromCaller() caller: Caller,
  ): Promise<z.output<typeof taken>> {
    const found = await appById(this.apps, app);
    const isProof = ({ receipt }: (typeof receipts)[number]) => receipt !== undefined && this.signer.read(app, id, receipt) !== undefined;
    if (caller.kind === 'server' || !receipts.every(isProof)) await this.guard.installationFor(found, id, caller);
    return takenOf(await this.reportReceipts.execute(app, id, receipts));
  }

  @Post('receipts')
  @Public()
  @ApiOperation({
    summary: 'What a payload’s receipt proves by itself: no key, no installation; safe to repeat',
    description:
      'For an extension or a service worker that knows the payload and no more. The same receipt, told here and by the installation, counts once. A message to a topic has one receipt for all, which needs the installation’s call. As many calls a second as an address has of sdk keys.',
  })
  @Answers(taken, { status: 202, description: 'Taken, except those that are named as refused', example: { added: 1, refused: [] } })
  @Fails('app_not_found', 'too_many_requests')
  async reportShown(
    @Param('app') app: string,
    @Body({ schema: shownBody }) receipts: z.output<typeof shownBody>,
  ): Promise<z.output<typeof taken>> {
    return takenOf(await this.reportReceipts.execute(app, null, receipts));
  }
}

function takenOf({ added, refused }: TakenReceipts): z.output<typeof taken> {
  return { added, refused: refused.map(({ index, code }) => ({ index, code, message: RECEIPT_REFUSALS[code] })) };
}
