import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CredentialRepository, HaltRepository } from '#libs/access';
import type { Clock } from '#libs/kernel';
import type { ConsumerPresence } from '#libs/messaging';
import { NO_CONVERSIONS, type ConversionReader, type ProviderStateReader, type ReceiptReader, type Send } from '#libs/sends';
import type { SliceRepository } from '#libs/sends/slice/writing';
import type { MeasuredRates } from '../estimates/measured-rates.ts';
import { expectedEndOf } from '../planning/pace.ts';
import type { LiveSums, Standing } from '../progress/live-sums.ts';
import { sendRecordOf, type SendRecord } from '../send/send-record.ts';
import type { ShowWarnings } from '../send/show-warnings.ts';
import { waitingFor } from '../send/waiting-for.ts';

const shownAtOnce = 20;

/** Shows a send with its numbers, at most a second old, and what it waits for. Throws DependencyUnavailable. */
export class ShowSend {
  constructor(
    private readonly liveSums: LiveSums,
    private readonly receipts: ReceiptReader,
    private readonly conversions: ConversionReader,
    private readonly slices: SliceRepository,
    private readonly states: ProviderStateReader,
    private readonly credentials: CredentialRepository,
    private readonly halts: HaltRepository,
    private readonly presence: ConsumerPresence,
    private readonly warnings: ShowWarnings,
    private readonly rates: MeasuredRates,
    private readonly clock: Clock,
  ) {}

  async execute(send: Send): Promise<SendRecord> {
    return this.#show(send, await this.liveSums.of(send));
  }

  /** With its numbers as they are now: what a call that changed the send tells of it. */
  async fresh(send: Send): Promise<SendRecord> {
    return this.#show(send, send.sums ? await this.liveSums.of(send) : await this.liveSums.now(send));
  }

  /** One after the other, with room for other work in between: each open one costs sums. */
  async all(sends: readonly Send[]): Promise<SendRecord[]> {
    const records: SendRecord[] = [];
    for (const [index, send] of sends.entries()) {
      if (index % shownAtOnce === shownAtOnce - 1) await nextTurn();
      records.push(await this.execute(send));
    }
    return records;
  }

  async #show(send: Send, standing: Standing): Promise<SendRecord> {
    const receipts = await this.receipts.countsOf(send.app, send.id);
    const conversions = send.conversion ? await this.conversions.countsOf(send.app, send.id) : NO_CONVERSIONS;
    const warnings = await this.warnings.of(send.app, send.message, send.target);
    const expectedSeconds = send.options.dryRun ? await this.rates.secondsFor(send, messagesOf(standing)) : undefined;
    const estimate = expectedSeconds !== undefined && { expectedSeconds };
    if (send.finishedAt !== null)
      return sendRecordOf(send, { ...standing, ...estimate, receipts, conversions, slicesDone: send.slices, waitingFor: [], warnings });
    const slices = await this.slices.ofSend(send.id);
    const states = await this.states.ofApp(send.app);
    const credentials = await this.credentials.list(send.app);
    const slicesDone = slices.filter(({ planned }) => planned).length;
    const workers = {
      states,
      credentials,
      consumersOf: await this.presence.look(),
      halts: await this.halts.inForce(),
      now: this.clock.now(),
    };
    const expectedEndAt = expectedEndOf(send, send.recipients - standing.sums.counts.targeted, workers.now);
    return sendRecordOf(send, {
      ...standing,
      ...estimate,
      ...(expectedEndAt !== undefined && { expectedEndAt: Math.round(expectedEndAt) }),
      receipts,
      conversions,
      warnings,
      slicesDone,
      waitingFor: waitingFor(send, standing, slicesDone === send.slices, workers),
    });
  }
}

/** Nobody is asked by a dry run: what is left of it would go. */
function messagesOf({ sums }: Standing): Record<string, number> {
  return Object.fromEntries(Object.entries(sums.byProvider).map(([provider, { remaining }]) => [provider, remaining]));
}
