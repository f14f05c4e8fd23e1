import { messageId, type Clock, type ReceiptSigner } from '#libs/kernel';
import {
  SHARED_RECIPIENT, classOf, entriesOf, isInDoubt, wordOn, type BatchResult, type PageReader, type ResultReader, type Send, type SendReader,
} from '#libs/sends'; // prettier-ignore
import { findPlanned } from '../explain/find-planned.ts';
import type { JudgedReceipt, ReceiptRefusal, ReportedReceipt } from './receipt.ts';

/** Sends that one report names, by id: a batch of receipts is of few. */
export type KnownSends = Map<string, Promise<Send | undefined>>;

/**
 * Finds out which message a receipt is of. A genuine `receipt` proves that its message was sent to the installation; where a device names the send instead,
 * the plan and the results have to say so. Throws DependencyUnavailable.
 */
export class JudgeReceipt {
  readonly #keptMs: number;

  constructor(
    private readonly sends: SendReader,
    private readonly pages: PageReader,
    private readonly results: ResultReader,
    private readonly signer: ReceiptSigner,
    private readonly clock: Clock,
    /** Days after the end of a send's time to live; later its receipts are not taken. */
    retentionDays: number,
  ) {
    this.#keptMs = retentionDays * 86_400_000;
  }

  /** `installationId` null: all that is known of it is the receipt. `sends` keeps those that this report has asked for. */
  async execute(app: string, installationId: string | null, reported: ReportedReceipt, sends: KnownSends): Promise<JudgedReceipt> {
    const { sendId = '', receipt, kind, action = null, at } = reported;
    const named = receipt === undefined ? this.#named(sendId, installationId) : this.#proven(app, installationId, receipt);
    if (!named) return 'receipt_not_genuine';
    const { sendId: of } = named;
    if (installationId === null && of !== null && named.messageId === messageId(of, SHARED_RECIPIENT)) return 'receipt_shared';
    const refusal = of === null ? undefined : await this.#refusalOf(app, installationId, of, receipt !== undefined, sends);
    return refusal ?? { app, installationId, ...named, kind, action, at };
  }

  #named(sendId: string, installationId: string | null) {
    return installationId === null ? undefined : sendNamed(sendId, installationId);
  }

  /** All that got a message to a topic show the same receipt: each of them counts. */
  #proven(app: string, installationId: string | null, receipt: string) {
    if (installationId === null) return this.signer.readAlone(app, receipt);
    const own = this.signer.read(app, installationId, receipt);
    const shared = own ?? this.signer.read(app, SHARED_RECIPIENT, receipt);
    return own ?? (shared && sendNamed(shared.sendId ?? '', installationId));
  }

  async #refusalOf(
    app: string,
    installationId: string | null,
    sendId: string,
    isProven: boolean,
    sends: KnownSends,
  ): Promise<ReceiptRefusal | undefined> {
    const asked = sends.get(sendId) ?? this.sends.findById(app, sendId);
    sends.set(sendId, asked);
    const send = await asked;
    if (!send) return 'send_not_found';
    if (send.forgottenAt !== undefined) return 'send_forgotten';
    if (send.expiresAt + this.#keptMs < this.clock.now()) return 'send_too_old';
    return isProven || (installationId !== null && (await this.#wasSent(send, installationId))) ? undefined : 'message_not_sent';
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
  if (isInDoubt(result)) return true;
  const word = wordOn(result.results, index);
  return word !== undefined && classOf(word.outcome) === 'accepted';
}

function sendNamed(sendId: string, installationId: string) {
  return { messageId: messageId(sendId, installationId), sendId };
}
