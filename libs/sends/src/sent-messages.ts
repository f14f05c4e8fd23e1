import { compareKeys, installationKey } from '#libs/kernel';
import { entriesOf, type Page } from './page/page.ts';
import type { PageReader } from './page/page.store.ts';
import { classOf } from './outcome-code.ts';
import { isInDoubt, wordOn, type BatchResult } from './result/result.ts';
import type { ResultReader } from './result/result.store.ts';
import { isProbe } from './send/uninstall-probe.ts';
import type { Send, SendTarget } from './send/send.ts';
import type { SendReader } from './send/send.store.ts';
import { sliceOf } from './slice/slice.ts';

/** Where a message stands, as its page says. */
interface MessagePlace {
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
    private readonly plans: PlannedMessages,
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
    if (send.audience.kind === 'shared' || send.forgottenAt !== undefined) return new Set();
    const named = namedIn(send.target);
    const fates = await this.plans.fatesIn(send, named ? installationIds.filter((id) => named.has(id)) : installationIds);
    return new Set(installationIds.filter((id) => fates.get(id) === 'sent'));
  }
}

/** Undefined where the target names no installations. */
function namedIn(target: SendTarget): ReadonlySet<string> | undefined {
  return 'installations' in target ? new Set(target.installations) : undefined;
}

/** What became of an installation in a send: `sent` where a message went, or may have gone; `not_sent` where none was planned, or it failed for good; `unplanned` where no page has come so far. */
export type Fate = 'sent' | 'not_sent' | 'unplanned';

/** Looks installations up in the pages and results of a send, in the order of keys, so that each page is read once. Throws DependencyUnavailable. */
export class PlannedMessages {
  constructor(
    private readonly pages: PageReader,
    private readonly results: ResultReader,
  ) {}

  async fatesIn(send: Send, installationIds: readonly string[]): Promise<ReadonlyMap<string, Fate>> {
    const keys = new Map(installationIds.map((id) => [id, installationKey(send.app, id)]));
    const fates = new Map<string, Fate>();
    const places = new Map<string, MessagePlace>();
    let read: PlannedPage | undefined;
    for (const [id, key] of [...keys].sort(([, a], [, b]) => compareKeys(a, b))) {
      const slice = sliceOf(send, id);
      if (!read?.covers(key, slice)) {
        const page = await this.pages.findCovering(send.id, slice, key);
        read = page && new PlannedPage(page);
      }
      fates.set(id, read ? 'not_sent' : 'unplanned');
      const place = read?.placeOf(id);
      if (place) places.set(id, place);
    }
    const results = await this.#resultsOf([...places.values()]);
    for (const [id, { batchId, index }] of places) if (mayBeSent(results.get(batchId), index)) fates.set(id, 'sent');
    return fates;
  }

  async #resultsOf(places: readonly MessagePlace[]): Promise<ReadonlyMap<string, BatchResult>> {
    const ids = [...new Set(places.map(({ batchId }) => batchId))];
    const results = new Map<string, BatchResult>();
    for (let from = 0; from < ids.length; from += batchesAtOnce)
      for (const [id, result] of await this.results.findByIds(ids.slice(from, from + batchesAtOnce))) results.set(id, result);
    return results;
  }
}

/** A page, with the place of each of its messages. */
class PlannedPage {
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
function mayBeSent(result: BatchResult | undefined, index: number): boolean {
  if (!result?.final.has(index)) return true;
  if (isInDoubt(result)) return true;
  const word = wordOn(result.results, index);
  return word === undefined || word.outcome === 'dead' || classOf(word.outcome) === 'accepted';
}
