import type { EventPublisher } from '#libs/messaging';
import type { PageReader, ResultReader } from '#libs/sends';
import { endedMessagesOf } from './ended-messages.ts';

/** Says on `push.activity` what became of the messages of a batch that has its last word. Safe to repeat: the fact has the same id. Throws DependencyUnavailable. */
export class TellEndedMessages {
  constructor(
    private readonly results: ResultReader,
    private readonly pages: PageReader,
    private readonly events: EventPublisher,
  ) {}

  async execute(batchId: string): Promise<void> {
    const [result, entries] = await Promise.all([this.results.findById(batchId), this.pages.entriesOfBatch(batchId)]);
    if (result) await this.events.publish([endedMessagesOf(result, entries)]);
  }
}
