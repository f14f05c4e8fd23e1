import { compareKeys, installationKey, type ProviderName } from '#libs/kernel';
import {
  classOf,
  entriesOf,
  rampOf,
  slicesOfStep,
  wordOn,
  type AcceptedAudience,
  type BatchResult,
  type Page,
  type PageReader,
  type ResultReader,
  type Send,
  type SendReader,
} from '#libs/sends';
import type { TargetedRecipient } from '../send/send-targets.ts';

export interface AcceptedRecipient extends TargetedRecipient {
  /** That accepted the message. */
  readonly provider: ProviderName;
}

interface KeyRange {
  readonly after: string;
  readonly through: string;
}

/** Sorts behind a key and before every other one: no id has it. */
const justBehind = '\u0001';

/**
 * Reads whom an earlier send reached from its pages and results: a page for each step of its ramp at a time, so that memory does not grow with the send. Pages
 * never change, and once the send is over neither do results; so the answer is the same for every planner.
 */
export class AcceptedRecipients {
  constructor(
    private readonly sends: SendReader,
    private readonly pages: PageReader,
    private readonly results: ResultReader,
  ) {}

  /** Whether all that the earlier send has sent has its last word. Throws DependencyUnavailable. */
  async areKnown(app: string, { sendId }: AcceptedAudience): Promise<boolean> {
    return (await this.sends.findById(app, sendId))?.finishedAt !== null;
  }

  /** In key order, at most `limit` of one slice's range, and up to where they reach. Nobody where the send is forgotten. Throws DependencyUnavailable. */
  async execute(
    app: string,
    { sendId }: AcceptedAudience,
    slice: number,
    { after, through }: KeyRange,
    limit: number,
  ): Promise<{ readonly recipients: readonly AcceptedRecipient[]; readonly through: string }> {
    const send = await this.sends.findById(app, sendId);
    if (!send || send.forgottenAt !== undefined) return { recipients: [], through };
    const pages = await this.#pagesBehind(send, slice, after);
    const end = pages.map((page) => page.through).reduce((first, one) => (compareKeys(one, first) < 0 ? one : first), through);
    const found: AcceptedRecipient[] = [];
    for (const page of pages) found.push(...(await this.#acceptedIn(page, { after, through: end })));
    found.sort((a, b) => compareKeys(a.key, b.key));
    const last = found.length > limit ? found[limit - 1] : undefined;
    return { recipients: found.slice(0, limit), through: last?.key ?? end };
  }

  /** The next page of each step that has one. */
  async #pagesBehind(send: Send, slice: number, after: string): Promise<readonly Page[]> {
    const beside = slicesOfStep(send);
    const pages: Page[] = [];
    for (let step = 0; step <= rampOf(send).length; step += 1) {
      const page = await this.pages.findCovering(send.id, step * beside + slice, after + justBehind);
      if (page) pages.push(page);
    }
    return pages;
  }

  async #acceptedIn(page: Page, { after, through }: KeyRange): Promise<readonly AcceptedRecipient[]> {
    const results = await this.results.findByIds(page.batches.map(({ id }) => id));
    return page.batches.flatMap(({ id, provider }, at) => {
      const result = results.get(id);
      return entriesOf(page, at).flatMap(({ installationId, ownerEpoch, variables = null }, index) => {
        if (!isAccepted(result, index)) return [];
        const key = installationKey(page.app, installationId);
        return compareKeys(key, after) > 0 && compareKeys(key, through) <= 0 ? [{ key, ownerEpoch, variables, provider }] : [];
      });
    });
  }
}

function isAccepted(result: BatchResult | undefined, index: number): boolean {
  if (!result?.final.has(index)) return false;
  const word = wordOn(result.results, index);
  return word !== undefined && classOf(word.outcome) === 'accepted';
}
