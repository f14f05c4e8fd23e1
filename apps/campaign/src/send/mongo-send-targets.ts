import { compareKeys } from '#libs/kernel';
import { createHash } from 'node:crypto';
import { type SendTargetsDocument, sendTargetsCollection } from '#libs/sends';
import { wasNew, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { packRecipients, unpackRecipients } from './packed-recipients.ts';
import { SendTargets, TARGETS_IN_DOCUMENT, type TargetedRecipient } from './send-targets.ts';

/**
 * The first document of a send decides which try counts, and is stored when all others of that try are: they have ids that follow from what the try
 * stores. What a try that died has left behind is read by nobody.
 */
export class MongoSendTargets extends SendTargets {
  readonly #documents: Model<SendTargetsDocument>;

  constructor(store: MongoStore) {
    super();
    this.#documents = store.model(sendTargetsCollection);
  }

  async put(sendId: string, recipients: readonly TargetedRecipient[]): Promise<void> {
    const parts = Array.from({ length: Math.ceil(recipients.length / TARGETS_IN_DOCUMENT) }, (_, n) =>
      recipients.slice(n * TARGETS_IN_DOCUMENT, (n + 1) * TARGETS_IN_DOCUMENT),
    );
    const [first = packRecipients([]), ...rest] = parts.map(packRecipients);
    const others = othersOf(sendId, rest);
    for (const [index, part] of rest.entries()) await this.#store({ _id: `${others}${index + 1}`, sendId, recipients: part });
    await this.#store({ _id: sendId, sendId, others, lastKeys: parts.map((part) => part.at(-1)?.key ?? ''), recipients: first });
  }

  async after(sendId: string, key: string, limit: number): Promise<readonly TargetedRecipient[]> {
    const first = await this.#documents.findOne({ _id: sendId }).lean();
    if (!first) return [];
    const { others = '', lastKeys = [], recipients } = first;
    const found: TargetedRecipient[] = [];
    for (const [n, lastKey] of lastKeys.entries()) {
      if (found.length >= limit) break;
      if (compareKeys(lastKey, key) <= 0) continue;
      const part = n === 0 ? recipients : await this.#part(`${others}${n}`);
      found.push(...unpackRecipients(part).filter((recipient) => compareKeys(recipient.key, key) > 0));
    }
    return found.slice(0, limit);
  }

  /** Those of tries that did not count, too: the ids of all but the first begin with that of the send. */
  async dropOfSend(sendId: string): Promise<void> {
    await this.#documents.deleteMany({ _id: { $gt: `${sendId}:`, $lt: `${sendId};` } });
    await this.#documents.deleteOne({ _id: sendId });
  }

  /** Insert-once: one that is there holds the same, or is the first of another try, which counts. */
  async #store(document: SendTargetsDocument): Promise<void> {
    await wasNew(this.#documents.insertMany([document]));
  }

  async #part(id: string): Promise<string> {
    const document = await this.#documents.findOne({ _id: id }, { recipients: 1 }).lean<SendTargetsDocument>();
    if (!document) throw new Error(`Recipients ${id} are not stored`);
    return document.recipients;
  }
}

function othersOf(sendId: string, parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return `${sendId}:${hash.digest('hex')}:`;
}
