import { StaleRevision } from '#libs/kernel';
import { mongoCollection, setOrUnset, wasNew, type MongoDocument, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { CampaignRuns, startedBy, type CampaignRun } from './campaign-run.ts';

/** A run in MongoDB: as JSON, because callers choose keys in it, beside what is asked for. */
interface CampaignRunDocument extends MongoDocument {
  readonly app: string;
  readonly revision: number;
  readonly dueAt?: number;
  readonly startedBy?: string;
  readonly document: string;
}

export const campaignRunCollection = mongoCollection<CampaignRunDocument>(
  'campaign_runs',
  { app: String, revision: Number, dueAt: Number, startedBy: String, document: String },
  [{ fields: { dueAt: 1 }, sparse: true }, { fields: { app: 1, startedBy: 1 } }],
);

export class MongoCampaignRuns extends CampaignRuns {
  readonly #documents: Model<CampaignRunDocument>;

  constructor(store: MongoStore) {
    super();
    this.#documents = store.model(campaignRunCollection);
  }

  async find(app: string, id: string): Promise<CampaignRun | undefined> {
    const found = await this.#documents.findOne({ _id: idOf(app, id) }).lean();
    return found ? runFrom(found) : undefined;
  }

  async findMany(app: string, ids: readonly string[]): Promise<readonly CampaignRun[]> {
    const found = await this.#documents.find({ _id: { $in: ids.map((id) => idOf(app, id)) } }).lean();
    return found.map(runFrom);
  }

  async save(run: CampaignRun): Promise<void> {
    const { app, id, revision, dueAt } = run;
    const _id = idOf(app, id);
    const update = setOrUnset({ app, revision, dueAt, startedBy: startedBy(run), document: JSON.stringify(run) });
    const isStored =
      revision === 1
        ? await wasNew(this.#documents.insertMany([{ _id, ...update.$set } as unknown as CampaignRunDocument]))
        : (await this.#documents.updateOne({ _id, revision: revision - 1 }, update)).matchedCount === 1;
    if (!isStored) throw new StaleRevision(`run of campaign ${id}`);
  }

  async remove(app: string, id: string): Promise<void> {
    await this.#documents.deleteOne({ _id: idOf(app, id) });
  }

  async findDue(now: number, limit: number): Promise<readonly CampaignRun[]> {
    const found = await this.#documents
      .find({ dueAt: { $lte: now } })
      .sort({ dueAt: 1 })
      .limit(limit)
      .lean();
    return found.map(runFrom);
  }

  async findStartedBy(app: string, cause: string): Promise<readonly CampaignRun[]> {
    return (await this.#documents.find({ app, startedBy: cause }).lean()).map(runFrom);
  }
}

/** Apps have no colon in their ids. */
function idOf(app: string, id: string): string {
  return `${app}:${id}`;
}

function runFrom({ document }: Pick<CampaignRunDocument, 'document'>): CampaignRun {
  return JSON.parse(document) as CampaignRun;
}
