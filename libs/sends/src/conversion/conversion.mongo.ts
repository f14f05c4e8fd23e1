import { deleteSome, mongoCollection, type MongoCollection, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { ConversionReader, type ConversionRepository } from './conversion.store.ts';
import type { Conversion, ConversionCause, ConversionCounts, Converted } from './conversion.ts';

interface ConversionDocument extends Omit<Conversion, 'converted'> {
  /** `app:messageId` */
  readonly _id: string;
  readonly converted?: Converted;
}

const conversionCollection = mongoCollection<ConversionDocument>(
  'conversions',
  {
    app: String,
    messageId: String,
    sendId: String,
    installationId: String,
    ownerEpoch: Number,
    acceptedAt: Number,
    converted: Object,
  },
  [
    { fields: { app: 1, installationId: 1, acceptedAt: -1 } },
    { fields: { app: 1, sendId: 1, 'converted.after': 1, 'converted.value': 1 } },
    { fields: { acceptedAt: 1 } },
  ],
);

export const conversionCollections: readonly MongoCollection[] = [conversionCollection];

export class MongoConversionReader extends ConversionReader {
  protected readonly documents: Model<ConversionDocument>;

  constructor(store: MongoStore) {
    super();
    this.documents = store.model(conversionCollection);
  }

  async countsOf(app: string, sendId: string): Promise<ConversionCounts> {
    const groups = await this.documents.aggregate<{ _id: ConversionCause; n: number; value: number }>([
      { $match: { app, sendId, 'converted.after': { $in: ['opened', 'accepted'] } } },
      { $group: { _id: '$converted.after', n: { $sum: 1 }, value: { $sum: '$converted.value' } } },
    ]);
    const of = (cause: ConversionCause) => groups.find(({ _id }) => _id === cause)?.n ?? 0;
    const after = { opened: of('opened'), accepted: of('accepted') };
    return { count: after.opened + after.accepted, value: groups.reduce((sum, { value }) => sum + value, 0), after };
  }

  async ofInstallations(app: string, installationIds: readonly string[], since: number): Promise<readonly Conversion[]> {
    const found = await this.documents
      .find({ app, installationId: { $in: [...installationIds] }, acceptedAt: { $gte: since } })
      .sort({ acceptedAt: -1, messageId: 1 })
      .limit(1_000)
      .lean<ConversionDocument[]>();
    return found.map(conversionFrom);
  }

  async findByIds(app: string, messageIds: readonly string[]): Promise<ReadonlyMap<string, Conversion>> {
    const ids = messageIds.map((messageId) => `${app}:${messageId}`);
    const found = await this.documents.find({ _id: { $in: ids } }).lean<ConversionDocument[]>();
    return new Map(found.map((one) => [one.messageId, conversionFrom(one)]));
  }
}

export class MongoConversionRepository extends MongoConversionReader implements ConversionRepository {
  async insert(messages: readonly Conversion[]): Promise<void> {
    if (messages.length === 0) return;
    await this.documents.bulkWrite(
      messages.map(({ converted: _, ...message }) => {
        const _id = `${message.app}:${message.messageId}`;
        return { updateOne: { filter: { _id }, update: { $setOnInsert: message }, upsert: true } };
      }),
      { ordered: false },
    );
  }

  async convert(app: string, messageId: string, converted: Converted): Promise<boolean> {
    const { modifiedCount } = await this.documents.updateOne(
      { _id: `${app}:${messageId}`, converted: { $exists: false } },
      { $set: { converted } },
    );
    return modifiedCount > 0;
  }

  async dropOlder(before: number, limit: number): Promise<number> {
    return deleteSome(this.documents, { acceptedAt: { $lt: before } }, limit);
  }
}

function conversionFrom({ _id: _, converted, ...facts }: ConversionDocument): Conversion {
  return { ...facts, converted: converted ?? null };
}
