import { StaleRevision } from '#libs/kernel';
import { wasNew, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { campaignCollection, type CampaignDocument } from './campaign-collections.ts';
import type { Campaign } from './campaign.ts';
import { CampaignRepository } from './campaign.repository.ts';

export class MongoCampaignRepository extends CampaignRepository {
  readonly #documents: Model<CampaignDocument>;

  constructor(store: MongoStore) {
    super();
    this.#documents = store.model(campaignCollection);
  }

  async findById(app: string, id: string): Promise<Campaign | undefined> {
    const found = await this.#documents.findOne({ _id: idOf(app, id) }).lean();
    return found ? campaignFrom(found) : undefined;
  }

  async list(app: string, after: string | undefined, limit: number): Promise<readonly Campaign[]> {
    const found = await this.#documents
      .find({ app, id: { $gt: after ?? '' } })
      .sort({ id: 1 })
      .limit(limit)
      .batchSize(limit)
      .lean();
    return found.map(campaignFrom);
  }

  async save(campaign: Campaign): Promise<void> {
    const { app, id, revision } = campaign;
    const _id = idOf(app, id);
    const document = JSON.stringify(campaign);
    const isStored =
      revision === 1
        ? await wasNew(this.#documents.insertMany([{ _id, app, id, revision, document }]))
        : await this.#update({ _id, revision, document });
    if (!isStored) throw new StaleRevision(`campaign ${id}`);
  }

  async delete({ app, id, revision }: Campaign): Promise<void> {
    const { deletedCount } = await this.#documents.deleteOne({ _id: idOf(app, id), revision });
    if (deletedCount === 0) throw new StaleRevision(`campaign ${id}`);
  }

  async #update({ _id, revision, document }: Pick<CampaignDocument, '_id' | 'revision' | 'document'>): Promise<boolean> {
    const { matchedCount } = await this.#documents.updateOne({ _id, revision: revision - 1 }, { $set: { revision, document } });
    return matchedCount === 1;
  }
}

/** Apps have no colon in their ids. */
function idOf(app: string, id: string): string {
  return `${app}:${id}`;
}

function campaignFrom({ document }: CampaignDocument): Campaign {
  return JSON.parse(document) as Campaign;
}
