import type { Clock } from '#libs/kernel';
import { wordOf, type Receipt } from '#libs/sends';
import type { ReceiptRepository } from '#libs/sends/receipt/writing';
import type { JudgeReceipt, KnownSends } from './judge-receipt.ts';
import type { MarkStatistics } from '../statistics/mark-statistics.ts';
import type { NoteEngagements } from './note-engagements.ts';
import type { ReceiptMetrics } from './receipt-metrics.ts';
import type { JudgedReceipt, ReceiptRefusal, ReportedReceipt } from './receipt.ts';

/** What became of the receipts of one report. */
export interface TakenReceipts {
  /** How many were not known yet. */
  readonly added: number;
  /** Those that are of no message sent to this installation, by their place in the report. */
  readonly refused: readonly { readonly index: number; readonly code: ReceiptRefusal }[];
}

/** So many are judged and written at a time. */
const atOnce = 100;
/** Who holds a genuine receipt may make up actions; more than these of one message are not kept. */
const maxActions = 20;

/** Takes what a device says of its messages: all of a report in one write, in which other reports of the moment have their part. Safe to repeat. */
export class ReportReceipts {
  constructor(
    private readonly receipts: ReceiptRepository,
    private readonly judge: JudgeReceipt,
    private readonly statistics: MarkStatistics,
    private readonly noteEngagements: NoteEngagements,
    private readonly metrics: ReceiptMetrics,
    private readonly clock: Clock,
  ) {}

  /** `installationId` null: who reports shows receipts of payloads and says no more. Throws DependencyUnavailable. */
  async execute(app: string, installationId: string | null, reported: readonly ReportedReceipt[]): Promise<TakenReceipts> {
    let added = 0;
    const refused: { index: number; code: ReceiptRefusal }[] = [];
    const sends: KnownSends = new Map();
    for (let from = 0; from < reported.length; from += atOnce) {
      const some = reported.slice(from, from + atOnce);
      const judged = await Promise.all(some.map((one) => this.judge.execute(app, installationId, one, sends)));
      const kept = await this.#withoutExcess(app, judged);
      await this.#mark(app, kept, sends);
      const genuine = kept.filter((one) => typeof one !== 'string');
      await this.#note(app, genuine, sends);
      added += await this.#add(genuine);
      refused.push(...kept.flatMap((one, index) => (typeof one === 'string' ? [{ index: from + index, code: one }] : [])));
    }
    for (const { code } of refused) this.metrics.refused(app, code);
    return { added, refused };
  }

  /** Refuses actions of messages that have their fill; one that is known already is no new one. */
  async #withoutExcess(app: string, judged: readonly JudgedReceipt[]): Promise<readonly JudgedReceipt[]> {
    const known = new Map<string, Set<string>>();
    for (const one of judged) {
      if (typeof one === 'string' || one.action === null || known.has(one.messageId)) continue;
      const receipts = await this.receipts.ofMessage(app, one.messageId);
      known.set(one.messageId, new Set(receipts.filter(({ action }) => action !== null).map(wordOf)));
    }
    return judged.map((one) => {
      const actions = typeof one === 'string' || one.action === null ? undefined : known.get(one.messageId);
      if (!actions || typeof one === 'string') return one;
      if (!actions.has(wordOf(one)) && actions.size >= maxActions) return 'too_many_actions';
      actions.add(wordOf(one));
      return one;
    });
  }

  async #mark(app: string, judged: readonly JudgedReceipt[], sends: KnownSends): Promise<void> {
    const ids = new Set(judged.flatMap((one) => (typeof one === 'string' || one.sendId === null ? [] : [one.sendId])));
    await Promise.all(
      Array.from(ids, async (id) => {
        const send = await sends.get(id);
        await this.statistics.changed(app, id, send?.finishedAt ?? null, send?.recipients);
      }),
    );
  }

  /** Before they are stored: a crash in between costs nothing, for what is told again is noted again. Whose device shows its payload alone is found when the send is summed. */
  async #note(app: string, judged: readonly Omit<Receipt, 'takenAt'>[], sends: KnownSends): Promise<void> {
    const takenAt = this.clock.now();
    const said = await Promise.all(
      judged.map(async ({ installationId, sendId, kind, at }) => {
        if (installationId === null) return [];
        const send = sendId === null ? undefined : await sends.get(sendId);
        return [{ installationId, campaign: send?.campaign ?? null, kind, at, takenAt }];
      }),
    );
    await this.noteEngagements.execute(app, said.flat());
  }

  async #add(judged: readonly Omit<Receipt, 'takenAt'>[]): Promise<number> {
    const takenAt = this.clock.now();
    const receipts = judged.map((one) => ({ ...one, takenAt }));
    const areNew = receipts.length > 0 ? await this.receipts.add(receipts) : [];
    const added = receipts.filter((_, place) => areNew[place] === true);
    for (const { app, kind } of added) this.metrics.taken(app, kind);
    return added.length;
  }
}
