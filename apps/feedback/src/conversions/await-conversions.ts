import { installationKey, messageId as messageIdOf } from '#libs/kernel';
import type { InstallationRepository } from '#libs/registry';
import { placeOfBatch, type Conversion, type PageReader, type ResultReader, type Send, type SendReader } from '#libs/sends';
import type { ConversionRepository } from '#libs/sends/conversion/writing';
import { convertedBy } from './conversion-value.ts';
import type { RecordConversion } from './record-conversion.ts';

/**
 * Keeps the accepted messages of a send whose campaign says what they are for, so that the event of a user finds them. An event that was told before its message
 * was known is found in what is summed of the user. Safe to repeat. Throws DependencyUnavailable.
 */
export class AwaitConversions {
  constructor(
    private readonly sends: SendReader,
    private readonly results: ResultReader,
    private readonly pages: PageReader,
    private readonly conversions: ConversionRepository,
    private readonly installations: InstallationRepository,
    private readonly record: RecordConversion,
  ) {}

  /** After each report of a batch: what was accepted is not kept waiting by what is tried again. */
  async execute(app: string, batchId: string): Promise<void> {
    const send = await this.sends.findById(app, placeOfBatch(batchId).sendId);
    if (send?.conversion === undefined || send.audience.kind === 'shared' || send.options.validateOnly === true) return;
    const [result, entries] = await Promise.all([this.results.findById(batchId), this.pages.entriesOfBatch(batchId)]);
    const taken = result?.results.filter(({ outcome }) => outcome === 'accepted' || outcome === 'token_moved') ?? [];
    const messages = taken.flatMap(({ messages: indexes }) =>
      Array.from(indexes.intersect(result?.final ?? indexes), (index): Conversion[] => {
        const installationId = entries.installationIds[index];
        if (installationId === undefined || !result) return [];
        const messageId = messageIdOf(send.id, installationId);
        const ownerEpoch = entries.ownerEpochs[index] ?? 0;
        return [{ app, messageId, sendId: send.id, installationId, ownerEpoch, acceptedAt: result.updatedAt, converted: null }];
      }).flat(),
    );
    await this.conversions.insert(messages);
    await this.#lookBack(send, messages);
  }

  async #lookBack(send: Send, messages: readonly Conversion[]): Promise<void> {
    const { app, conversion } = send;
    if (!conversion || messages.length === 0) return;
    const installations = await this.installations.findByKeys(messages.map(({ installationId }) => installationKey(app, installationId)));
    const owners = new Map(installations.map(({ id, userId }) => [id, userId]));
    const asked = { events: [conversion.event], engagements: [] };
    const pasts = await this.installations.findPasts(app, [...new Set(owners.values())], asked);
    for (const message of messages) {
      const event = pasts.get(owners.get(message.installationId) ?? '')?.events?.[conversion.event];
      if (event === undefined || event.lastAt < message.acceptedAt) continue;
      const converted = convertedBy(conversion, { at: event.lastAt, properties: event.properties }, message.acceptedAt, null);
      if (converted) await this.record.execute(send, message, converted);
    }
  }
}
