import type { EventEnvelope } from '#libs/events';
import { isoTime, messageId as messageIdOf, uuid5 } from '#libs/kernel';
import { classOf, type PageReader, type ResultReader } from '#libs/sends';

/** What became of each message of a batch, as facts: read from its results, where the sums of its send come from, too. */
export class MessageFacts {
  constructor(
    private readonly pages: PageReader,
    private readonly results: ResultReader,
  ) {}

  /** Of messages that ended in one of `ends`. Throws DependencyUnavailable. */
  async ofBatch(batchId: string, ends: readonly string[]): Promise<readonly EventEnvelope[]> {
    const [result, entries] = [await this.results.findById(batchId), await this.pages.entriesOfBatch(batchId)];
    if (!result) return [];
    const { app, sendId, provider } = result;
    return result.results.flatMap(({ outcome, reason, messages }) => {
      const end = classOf(outcome);
      if (!ends.includes(end)) return [];
      return [...messages.intersect(result.final)].flatMap((index): EventEnvelope[] => {
        const installationId = entries.installationIds[index];
        if (installationId === undefined) return [];
        const messageId = messageIdOf(sendId, installationId);
        const data = { app, sendId, messageId, installationId, provider, outcome, reason };
        const id = uuid5('message', end, messageId);
        return [{ id, type: `message.${end}.v1`, source: 'carillon/feedback', time: isoTime(result.updatedAt), data }];
      });
    });
  }
}
