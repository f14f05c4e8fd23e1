import { compareKeys, installationKey } from '#libs/kernel';
import type { FrequencyMark } from '#libs/registry';
import {
  PlannedPage,
  mayBeSent,
  sliceOf,
  type BatchResult,
  type MessagePlace,
  type PageReader,
  type ResultReader,
  type Send,
  type SendReader,
} from '#libs/sends';

interface MarkedMessage {
  readonly mark: FrequencyMark;
  readonly installation: string;
  readonly key: string;
}

interface Place extends MessagePlace {
  readonly mark: FrequencyMark;
}

const batchesAtOnce = 1_000;

/**
 * Tells which marks count for nothing: of a send that was not planned there after all, or whose messages were all left out or failed for good. What nobody knows
 * any more, and what is in doubt, counts. Pages never change, and a last word does not become another but for `dead` ones, which count: so an answer stays right.
 */
export class SentMarks {
  constructor(
    private readonly sends: SendReader,
    private readonly pages: PageReader,
    private readonly results: ResultReader,
  ) {}

  /** Throws DependencyUnavailable. */
  async notSent(app: string, marks: readonly FrequencyMark[]): Promise<ReadonlySet<FrequencyMark>> {
    const counting = new Set<FrequencyMark>();
    for (const [sendId, own] of Map.groupBy(marks, ({ send }) => send)) {
      const send = await this.sends.findById(app, sendId);
      if (send && send.forgottenAt === undefined) for (const mark of await this.#counting(send, own)) counting.add(mark);
      else for (const mark of own) counting.add(mark);
    }
    return new Set(marks.filter((mark) => !counting.has(mark)));
  }

  /** In the order of keys, so that each page is read once. */
  async #counting(send: Send, marks: readonly FrequencyMark[]): Promise<ReadonlySet<FrequencyMark>> {
    const messages = marks
      .flatMap((mark) => mark.installations.map((installation) => ({ mark, installation, key: installationKey(send.app, installation) })))
      .sort((a, b) => compareKeys(a.key, b.key));
    const counting = new Set<FrequencyMark>();
    const places: Place[] = [];
    let read: PlannedPage | undefined;
    for (const message of messages) {
      if (!read?.covers(message.key, sliceOf(send, message.installation))) read = await this.#pageOf(send, message);
      if (!read) {
        if (send.finishedAt === null) counting.add(message.mark); // planning has not come so far
        continue;
      }
      const place = read.placeOf(message.installation);
      if (place) places.push({ mark: message.mark, ...place });
    }
    const results = await this.#resultsOf(places);
    for (const { mark, batchId, index } of places) if (mayBeSent(results.get(batchId), index)) counting.add(mark);
    return counting;
  }

  async #pageOf(send: Send, { installation, key }: MarkedMessage): Promise<PlannedPage | undefined> {
    const page = await this.pages.findCovering(send.id, sliceOf(send, installation), key);
    return page && new PlannedPage(page);
  }

  async #resultsOf(places: readonly Place[]): Promise<ReadonlyMap<string, BatchResult>> {
    const ids = [...new Set(places.map(({ batchId }) => batchId))];
    const results = new Map<string, BatchResult>();
    for (let from = 0; from < ids.length; from += batchesAtOnce)
      for (const [id, result] of await this.results.findByIds(ids.slice(from, from + batchesAtOnce))) results.set(id, result);
    return results;
  }
}
