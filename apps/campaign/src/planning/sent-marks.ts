import type { FrequencyMark } from '#libs/registry';
import type { PlannedMessages, Send, SendReader } from '#libs/sends';

/**
 * Tells which marks count for nothing: of a send that was not planned there after all, or whose messages were all left out or failed for good. What nobody knows
 * any more, and what is in doubt, counts. Pages never change, and a last word does not become another but for `dead` ones, which count: so an answer stays right.
 */
export class SentMarks {
  constructor(
    private readonly sends: SendReader,
    private readonly plans: PlannedMessages,
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

  /** What planning has not come to yet counts, too. */
  async #counting(send: Send, marks: readonly FrequencyMark[]): Promise<readonly FrequencyMark[]> {
    const fates = await this.plans.fatesIn(
      send,
      marks.flatMap(({ installations }) => installations),
    );
    const counts = (id: string) => fates.get(id) === 'sent' || (fates.get(id) === 'unplanned' && send.finishedAt === null);
    return marks.filter(({ installations }) => installations.some(counts));
  }
}
