import { messageId, type ReceiptSigner } from '#libs/kernel';
import { SHARED_RECIPIENT, type BatchResult, type PageReader, type ResultReader, type Send, type SendReader, entriesOf } from '#libs/sends';
import { findPlanned } from '../explain/find-planned.ts';
import type { JudgedReceipt, ReceiptRefusal, ReportedReceipt } from './receipt.ts';

/**
 * Finds out which message a receipt is of. A genuine `receipt` proves that its message was sent to the installation; where a device names the send instead,
 * the plan and the results have to say so. Throws DependencyUnavailable.
 */
export class JudgeReceipt {
  constructor(
    private readonly sends: SendReader,
    private readonly pages: PageReader,
    private readonly results: ResultReader,
    private readonly signer: ReceiptSigner,
  ) {}

  async execute(app: string, installationId: string, { sendId, receipt, kind, at }: ReportedReceipt): Promise<JudgedReceipt> {
    const named = receipt === undefined ? sendNamed(sendId ?? '', installationId) : this.#proven(app, installationId, receipt);
    if (!named) return 'receipt_not_genuine';
    const refusal = named.sendId === null ? undefined : await this.#refusalOf(app, installationId, named.sendId, receipt !== undefined);
    return refusal ?? { app, installationId, ...named, kind, at };
  }

  /** All that got a message to a topic show the same receipt: each of them counts. */
  #proven(app: string, installationId: string, receipt: string) {
    const own = this.signer.read(app, installationId, receipt);
    const shared = own ?? this.signer.read(app, SHARED_RECIPIENT, receipt);
    return own ?? (shared && sendNamed(shared.sendId ?? '', installationId));
  }

  async #refusalOf(app: string, installationId: string, sendId: string, isProven: boolean): Promise<ReceiptRefusal | undefined> {
    const send = await this.sends.findById(app, sendId);
    if (!send) return 'send_not_found';
    if (send.forgottenAt !== undefined) return 'send_forgotten';
    return isProven || (await this.#wasSent(send, installationId)) ? undefined : 'message_not_sent';
  }

  /** A device may be faster than the report of its message: what is under way counts as sent. */
  async #wasSent(send: Send, installationId: string): Promise<boolean> {
    const { page, entry } = await findPlanned(this.pages, send, installationId);
    const batch = entry?.batch == null ? undefined : page?.batches[entry.batch];
    if (!page || entry?.batch == null || !batch) return false;
    const index = entriesOf(page, entry.batch).findIndex((candidate) => candidate.installationId === installationId);
    return reached(await this.results.findById(batch.id), index);
  }
}

/** Whether the provider may have taken the message: it has not its last word yet, was accepted, or is in doubt. */
function reached(result: BatchResult | undefined, index: number): boolean {
  if (!result?.final.has(index)) return true;
  if (Object.values(result.doubts).some((copies) => copies > 0)) return true;
  const outcome = result.results.find(({ messages }) => messages.has(index))?.outcome;
  return outcome === 'accepted' || outcome === 'token_moved';
}

function sendNamed(sendId: string, installationId: string) {
  return { messageId: messageId(sendId, installationId), sendId };
}
