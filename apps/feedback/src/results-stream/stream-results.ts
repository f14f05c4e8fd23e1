import type { BatchResult, Page, PageReader, ResultReader } from '#libs/sends';

export interface ResultLine {
  readonly installation: string;
  readonly provider: string | null;
  readonly outcome: string;
  readonly reason: string | null;
}

/** A line per targeted installation, page by page, so that memory does not grow with the audience. */
export class StreamResults {
  constructor(
    private readonly pages: PageReader,
    private readonly results: ResultReader,
  ) {}

  async *execute(sendId: string): AsyncGenerator<ResultLine> {
    let place: { slice: number; n: number } | null = null;
    for (;;) {
      const [page]: readonly Page[] = await this.pages.after(sendId, place, 1);
      if (!page) return;
      const results = await this.results.findByIds(page.batches.map(({ id }) => id));
      yield* linesOf(page, results);
      place = { slice: page.slice, n: page.n };
    }
  }
}

function* linesOf(page: Page, results: ReadonlyMap<string, BatchResult>): Generator<ResultLine> {
  const said = page.batches.map(({ id }) => saidOf(results.get(id)));
  const next = page.batches.map(() => 0);
  for (const { installationId, batch, suppressedBy } of page.entries) {
    if (batch === null) {
      yield { installation: installationId, provider: null, outcome: 'skipped', reason: suppressedBy ?? 'dry_run' };
      continue;
    }
    const index = next[batch] ?? 0;
    next[batch] = index + 1;
    yield { installation: installationId, provider: page.batches[batch]?.provider ?? null, ...(said[batch]?.[index] ?? pending) };
  }
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
