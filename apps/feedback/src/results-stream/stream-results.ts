import { isoTime } from '#libs/kernel';
import {
  shownAddress,
  type BatchResult,
  type Page,
  type PageReader,
  type ReceiptReader,
  type ResultReader,
  type Said,
  type Send,
  type ShownAddress,
  wordOf,
} from '#libs/sends';

export interface ResultLine {
  /** The installation; in the place of it the topic, condition or broadcast channel of a send to one. */
  readonly installation?: string;
  readonly topic?: string;
  readonly condition?: string;
  readonly channel?: string;
  readonly provider: string | null;
  readonly outcome: string;
  readonly reason: string | null;
  /** The send whose message this one takes the place of. */
  readonly replaces?: string;
  /** What the device said (`opened`, `action:reply`), and when by its own clock. */
  readonly receipts: Readonly<Record<string, string>>;
}

type SaidBy = ReadonlyMap<string, readonly Said[]>;

/** A line per targeted installation, page by page, so that memory does not grow with the audience. */
export class StreamResults {
  constructor(
    private readonly pages: PageReader,
    private readonly results: ResultReader,
    private readonly receipts: ReceiptReader,
  ) {}

  async *execute({ app, id: sendId, audience, replaces }: Pick<Send, 'app' | 'id' | 'audience' | 'replaces'>): AsyncGenerator<ResultLine> {
    const whom = audience.kind === 'shared' ? shownAddress(audience.address) : undefined;
    const { actions, ...counts } = await this.receipts.countsOf(app, sendId);
    const hasReceipts = [...Object.values(counts), ...Object.values(actions)].some((messages) => messages > 0);
    let place: { slice: number; n: number } | null = null;
    for (;;) {
      const [page]: readonly Page[] = await this.pages.after(sendId, place, 1);
      if (!page) return;
      const results = await this.results.findByIds(page.batches.map(({ id }) => id));
      const ids = page.entries.map(({ installationId }) => installationId);
      const said: SaidBy = hasReceipts && !whom ? await this.receipts.ofInstallations(app, sendId, ids) : new Map();
      for (const line of linesOf(page, results, said, whom)) yield replaces === undefined ? line : { ...line, replaces };
      place = { slice: page.slice, n: page.n };
    }
  }
}

function* linesOf(
  page: Page,
  results: ReadonlyMap<string, BatchResult>,
  receipts: SaidBy,
  whom: ShownAddress | undefined,
): Generator<ResultLine> {
  const said = page.batches.map(({ id }) => saidOf(results.get(id)));
  const next = page.batches.map(() => 0);
  for (const { installationId, batch, suppressedBy } of page.entries) {
    const to = whom ?? { installation: installationId };
    if (batch === null) {
      yield { ...to, provider: null, outcome: 'skipped', reason: suppressedBy ?? 'dry_run', receipts: {} };
      continue;
    }
    const index = next[batch] ?? 0;
    next[batch] = index + 1;
    const provider = page.batches[batch]?.provider ?? null;
    yield { ...to, provider, ...(said[batch]?.[index] ?? pending), receipts: timesOf(receipts.get(installationId)) };
  }
}

function timesOf(receipts: readonly Said[] = []): ResultLine['receipts'] {
  return Object.fromEntries(receipts.map((said) => [wordOf(said), isoTime(said.at)]));
}

const pending = { outcome: 'pending', reason: null };

function saidOf(result: BatchResult | undefined): { outcome: string; reason: string | null }[] {
  const said: { outcome: string; reason: string | null }[] = [];
  for (const { outcome, reason, messages } of result?.results ?? []) {
    const one = { outcome, reason };
    for (const index of messages) said[index] = result?.final.has(index) ? one : { outcome: 'pending', reason: reason ?? outcome };
  }
  return said;
}
