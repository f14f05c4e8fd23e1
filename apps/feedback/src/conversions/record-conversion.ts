import { eventOf, messageConvertedV1 } from '#libs/events';
import { isoTime, uuid5 } from '#libs/kernel';
import type { EventPublisher } from '#libs/messaging';
import type { Conversion, Converted, Send } from '#libs/sends';
import type { ConversionRepository } from '#libs/sends/conversion/writing';
import type { MarkStatistics } from '../statistics/mark-statistics.ts';

/** Stores that a message was converted, has its send summed again, and tells of it. Safe to repeat: the fact has the same id. Throws DependencyUnavailable. */
export class RecordConversion {
  constructor(
    private readonly conversions: ConversionRepository,
    private readonly statistics: MarkStatistics,
    private readonly events: EventPublisher,
  ) {}

  async execute(send: Send, message: Conversion, converted: Converted): Promise<void> {
    await this.statistics.changed(send.app, send.id, send.finishedAt, send.recipients);
    if (await this.conversions.convert(send.app, message.messageId, converted)) await this.tell(message, converted);
  }

  /** Again, where a process may have died between the two. */
  async tell({ app, sendId, messageId, installationId }: Conversion, { at, after, value, event }: Converted): Promise<void> {
    const name = event.slice(0, event.lastIndexOf(':'));
    const data = { app, sendId, messageId, installationId, event: name, after, value, at: isoTime(at) };
    await this.events.publish([
      eventOf(messageConvertedV1, data, { id: uuid5('message.converted', app, messageId), source: 'carillon/feedback', at }),
    ]);
  }
}
