import { compareKeys, installationKey } from '#libs/kernel';
import { entriesOf, type Page } from './page/page.ts';
import type { PageReader } from './page/page.store.ts';
import { classOf } from './outcome-code.ts';
import type { BatchResult } from './result/result.ts';
import type { ResultReader } from './result/result.store.ts';
import { isProbe } from './send/uninstall-probe.ts';
import type { Send, SendTarget } from './send/send.ts';
import type { SendReader } from './send/send.store.ts';
import { sliceOf } from './slice/slice.ts';

/** Where a message stands, as its page says. */
export interface MessagePlace {
  readonly batchId: string;
  /** In its batch. */
  readonly index: number;
}

const sendsAtOnce = 1_000;
/** An app that makes a send for each person has far more: the largest of them are looked at. */
const maxSends = 200;
const batchesAtOnce = 1_000;

/**
 * Answers who has had a message lately, from the plans of sends and their results: nothing is stored by installation, so that sending does not pay for
 * questions that are asked once a night. Every call may throw DependencyUnavailable.
 */
export class SentMessages {
  constructor(
    private readonly sends: SendReader,
    private readonly pages: PageReader,
    private readonly results: ResultReader,
  ) {}

  /** The 200 largest of the newest 1,000 sends made at or after `since` (ms); dry runs, trials and silent probes are none. Newest first. */
  async recent(app: string, since: number): Promise<readonly Send[]> {
    const all = await this.sends.list(app, { since }, sendsAtOnce);
    const real = all.filter((send) => !isProbe(send) && !send.options.dryRun && send.options.validateOnly !== true);
    const large = new Set(real.toSorted((a, b) => b.recipients - a.recipients).slice(0, maxSends));
    return real.filter((send) => large.has(send));
  }

  /** Those of these installations that a message of the send went to, or may have gone to. */
  async among(send: Send, installationIds: readonly string[]): Promise<ReadonlySet<string>> {
    const { app, audience, forgottenAt } = send;
    if (audience.kind === 'shared' || forgottenAt !== undefined) return new Set();
    const named = namedIn(send.target);
    const asked = named ? installationIds.filter((id) => named.has(id)) : installationIds;
    const keys = new Map(asked.map((id) => [id, installationKey(app, id)]));
    const sorted = [...keys].sort(([, a], [, b]) => compareKeys(a, b));
    const places = new Map<string, MessagePlace>();
    let read: PlannedPage | undefined;
    for (const [id, key] of sorted) {
      if (!read?.covers(key, sliceOf(send, id))) read = await this.#pageOf(send, id, key);
      const place = read?.placeOf(id);
      if (place) places.set(id, place);
    }
    const results = await this.#resultsOf([...places.values()]);
    return new Set([...places].flatMap(([id, { batchId, index }]) => (mayBeSent(results.get(batchId), index) ? [id] : [])));
  }

  async #pageOf(send: Send, id: string, key: string): Promise<PlannedPage | undefined> {
    const page = await this.pages.findCovering(send.id, sliceOf(send, id), key);
    return page && new PlannedPage(page);
  }

  async #resultsOf(places: readonly MessagePlace[]): Promise<ReadonlyMap<string, BatchResult>> {
    const ids = [...new Set(places.map(({ batchId }) => batchId))];
    const results = new Map<string, BatchResult>();
    for (let from = 0; from < ids.length; from += batchesAtOnce)
      for (const [id, result] of await this.results.findByIds(ids.slice(from, from + batchesAtOnce))) results.set(id, result);
    return results;
  }
}

/** Undefined where the target names no installations. */
function namedIn(target: SendTarget): ReadonlySet<string> | undefined {
  return 'installations' in target ? new Set(target.installations) : undefined;
}

/** A page, with the place of each of its messages. */
export class PlannedPage {
  readonly #places = new Map<string, MessagePlace>();

  constructor(private readonly page: Page) {
    for (const [at, { id: batchId }] of page.batches.entries())
      for (const [index, { installationId }] of entriesOf(page, at).entries()) this.#places.set(installationId, { batchId, index });
  }

  /** Slices of a ramp's steps go through the same keys. */
  covers(key: string, slice: number): boolean {
    return this.page.slice === slice && compareKeys(key, this.page.after) > 0 && compareKeys(key, this.page.through) <= 0;
  }

  /** Undefined where nothing was sent to it. */
  placeOf(installationId: string): MessagePlace | undefined {
    return this.#places.get(installationId);
  }
}

/** Until there is a last word it may be; `dead` is none, because a replay tries again. Whatever was in doubt may have arrived. */
export function mayBeSent(result: BatchResult | undefined, index: number): boolean {
  if (!result?.final.has(index)) return true;
  if (Object.values(result.doubts).some((copies) => copies > 0)) return true;
  const found = result.results.find(({ messages }) => messages.has(index));
  return found === undefined || found.outcome === 'dead' || classOf(found.outcome) === 'accepted';
}
