import { setImmediate as nextTurn } from 'node:timers/promises';
import type { InstallationRepository } from '#libs/registry';
import { messageId } from '#libs/kernel';
import {
  classOf,
  type BatchResult,
  type ConversionReader,
  type Page,
  type PageReader,
  type ReceiptReader,
  type ResultReader,
  type Send,
} from '#libs/sends';
import type { NoteEngagements } from '../receipts/note-engagements.ts';
import { StatSum, type StatCount, type StatRow } from './statistics.ts';

type Said = Partial<Record<StatCount, number>>;

/** Whether a send is counted: those that only try out what would happen are not. */
function isCounted({ options }: Pick<Send, 'options'>): boolean {
  return !options.dryRun && options.validateOnly !== true;
}

/**
 * What a send comes to, by group: from its pages, its results and what devices said of its messages, page by page, so that memory does not grow with the audience.
 * The platform is what the installation has now; null where it is gone. Whose message a receipt is of that names no installation is known here, and noted.
 * Throws DependencyUnavailable.
 */
export class SumSend {
  constructor(
    private readonly pages: PageReader,
    private readonly results: ResultReader,
    private readonly receipts: ReceiptReader,
    private readonly conversions: ConversionReader,
    private readonly installations: InstallationRepository,
    private readonly noteEngagements: NoteEngagements,
  ) {}

  async execute(send: Send): Promise<readonly StatRow[]> {
    const sum = new StatSum();
    if (!isCounted(send)) return [];
    const { actions: _, ...counts } = await this.receipts.countsOf(send.app, send.id);
    const isShared = send.audience.kind === 'shared';
    const hasReceipts = !isShared && Object.values(counts).some((messages) => messages > 0);
    for (let place: { slice: number; n: number } | null = null; ;) {
      const [page]: readonly Page[] = await this.pages.after(send.id, place, 1);
      if (!page) return sum.rows();
      const ids = page.entries.map(({ installationId }) => installationId);
      const said = hasReceipts ? await this.#saidOf(send, ids) : new Map<string, Said>();
      const converted = send.conversion ? await this.#convertedOf(send, ids) : new Set<string>();
      const platforms = isShared ? [] : await this.#platformsOf(send.app, ids);
      const words = await this.#wordsOf(page);
      for (const [index, { installationId, provider = null }] of page.entries.entries()) {
        const word = words[index] ?? unknown;
        const group = { provider: word.provider ?? provider, platform: platforms[index] ?? null };
        const of = { campaign: send.campaign, variant: send.variant ?? null, reason: word.reason };
        sum.add(
          { ...group, ...of },
          {
            targeted: 1,
            ...word.counts,
            ...(isShared ? counts : said.get(installationId)),
            ...(converted.has(installationId) && { converted: 1 }),
          },
        );
      }
      place = { slice: page.slice, n: page.n };
      await nextTurn();
    }
  }

  async #saidOf({ app, id, campaign }: Send, ids: readonly string[]): Promise<ReadonlyMap<string, Said>> {
    const said = await this.receipts.ofInstallations(app, id, ids);
    await this.noteEngagements.execute(
      app,
      Array.from(said, ([installationId, words]) => words.map((word) => ({ ...word, installationId, campaign }))).flat(),
    );
    return new Map(
      Array.from(said, ([installation, words]) => [
        installation,
        Object.fromEntries(words.filter(({ kind }) => kind !== 'action').map(({ kind }) => [kind, 1])),
      ]),
    );
  }

  /** Installations whose messages were converted. */
  async #convertedOf({ app, id }: Send, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await this.conversions.findByIds(
      app,
      ids.map((installationId) => messageId(id, installationId)),
    );
    return new Set([...found.values()].flatMap(({ installationId, converted }) => (converted ? [installationId] : [])));
  }

  async #platformsOf(app: string, ids: readonly string[]): Promise<readonly (string | null)[]> {
    const recipients = await this.installations.readRecipients({ app, ids, extras: new Set() });
    return ids.map((_, index) => (recipients.isThere(index) ? recipients.platform(index) : null));
  }

  /** What became of each entry, in the order of the page. */
  async #wordsOf(page: Page): Promise<readonly Word[]> {
    const results = await this.results.findByIds(page.batches.map(({ id }) => id));
    const words = page.batches.map(({ id, provider }) => wordsIn(results.get(id), provider));
    const next = page.batches.map(() => 0);
    return page.entries.map(({ batch, suppressedBy }) => {
      if (batch === null) return { provider: null, reason: suppressedBy, counts: { suppressed: 1 } };
      const index = next[batch] ?? 0;
      next[batch] = index + 1;
      return words[batch]?.[index] ?? { ...unknown, provider: page.batches[batch]?.provider ?? null };
    });
  }
}

interface Word {
  readonly provider: string | null;
  readonly reason: string | null;
  readonly counts: Said;
}

const unknown: Word = { provider: null, reason: null, counts: {} };

/** By position in the batch; nothing where there is no last word yet. */
function wordsIn(result: BatchResult | undefined, provider: string): readonly Word[] {
  const words: Word[] = [];
  for (const { outcome, reason, messages } of result?.results ?? []) {
    const end = classOf(outcome);
    const why = { accepted: null, failed: outcome, suppressed: reason ?? 'unknown' }[end];
    const word = { provider, reason: why, counts: { [end]: 1 } };
    for (const index of messages) if (result?.final.has(index)) words[index] = word;
  }
  return words;
}
