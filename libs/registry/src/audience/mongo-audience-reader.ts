import type { Model, QueryFilter } from 'mongoose';
import { setImmediate as otherWork } from 'node:timers/promises';
import { fromDocument, type InstallationDocument } from '../installation/mongo-installation-document.ts';
import {
  type Audience,
  type AudienceMatch,
  type AudiencePreview,
  type AudienceQuery,
  type SelectedInstallation,
  PreviewTally,
  SAMPLE_SIZE,
} from './audience.ts';
import { isDefaultRecipient } from '../user/reachability.ts';
import type { PastReader } from './past-reader.ts';
import { conditionOf, predicateOf, type Judgement } from './mongo-filter.ts';

/** Keys that one call of the server looks at: each ends long before its deadline. */
const stepKeys = 20_000;
/** Work of this process before other work gets its turn. */
const turnMs = 15;

/** Installations whose owners' pasts are read at once. */
const batchSize = 200;

type Filter = QueryFilter<InstallationDocument>;

interface Group {
  readonly _id: { readonly platform: string; readonly language?: string; readonly appVersion?: string; readonly reachable: boolean };
  readonly installations: number;
}

const isReachable = { $and: ['$hasToken', '$notificationsEnabled', { $ne: ['$subscription', 'unsubscribed'] }] };

/** What planning decides on, and what says whether the installation lives. */
const selectedFields = {
  id: 1, ownerEpoch: 1, provider: 1, subscription: 1, notificationsEnabled: 1, hasToken: 1,
  firstSeenAt: 1, userId: 1, 'details.mutedChannels': 1, 'details.timeZone': 1,
} as const; // prettier-ignore

type SelectedDocument = Pick<
  InstallationDocument,
  '_id' | 'details' | Exclude<keyof typeof selectedFields, 'details.mutedChannels' | 'details.timeZone'>
>;

/** Evaluates audiences over the installations in the server, range of keys by range of keys. */
export class MongoAudienceReader {
  constructor(
    private readonly installations: Model<InstallationDocument>,
    private readonly pasts: PastReader,
  ) {}

  async select(query: AudienceQuery): Promise<AudienceMatch> {
    if (query.audience.kind === 'everyone') return this.#selectEveryone(query);
    const predicate = predicateOf(query.audience);
    return predicate ? this.#selectJudged(query, predicate) : this.#selectTagged(query);
  }

  async count(app: string, audience: Audience, firstSeenUntil: number | null): Promise<number> {
    const condition = conditionOf(audience, firstSeenUntil);
    const predicate = predicateOf(audience);
    let total = 0;
    if (predicate) {
      for await (const userId of this.#steps(app)) for await (const _ of this.#judged({ app, userId, ...condition }, predicate)) total += 1;
      return total;
    }
    for await (const userId of this.#steps(app)) total += await this.installations.countDocuments({ app, userId, ...condition });
    return total;
  }

  async preview(app: string, audience: Audience, firstSeenUntil: number | null): Promise<AudiencePreview> {
    const condition = conditionOf(audience, firstSeenUntil);
    const tally = new PreviewTally();
    const predicate = predicateOf(audience);
    if (predicate) return this.#previewJudged(app, condition, predicate, tally);
    for await (const userId of this.#steps(app)) {
      const $match = { app, userId, ...condition };
      const [groups, [people], sample] = await Promise.all([
        this.installations.aggregate<Group>([
          { $match },
          {
            $group: {
              _id: { platform: '$platform', language: '$language', appVersion: '$details.appVersion', reachable: isReachable },
              installations: { $sum: 1 },
            },
          },
        ]),
        this.installations.aggregate<{ users: number }>([
          { $match },
          { $group: { _id: '$userId' } },
          { $group: { _id: null, users: { $sum: 1 } } },
        ]),
        this.#sample($match, SAMPLE_SIZE - tally.sample.length),
      ]);
      for (const { _id, installations } of groups) {
        const { platform, language = null, appVersion = null, reachable } = _id;
        tally.add({ platform, language, appVersion, installations, reachable: reachable ? installations : 0 });
      }
      tally.addUsers(people?.users ?? 0);
      tally.sample.push(...sample);
    }
    return tally.preview();
  }

  /** Nearly all of a range match: it is read as it is, and every key that was looked at has been seen. */
  async #selectEveryone({ after, through, firstSeenUntil, limit, scanLimit, channel }: AudienceQuery): Promise<AudienceMatch> {
    const matches: SelectedInstallation[] = [];
    let scanned = 0;
    let last = after;
    while (scanned < scanLimit && matches.length < limit && last < through) {
      const keys = Math.min(limit - matches.length, scanLimit - scanned);
      const found = await this.#read({ _id: { $gt: last, $lte: through } }, keys);
      for (const one of found) if (one.hasToken !== undefined && isSeenBy(one, firstSeenUntil)) matches.push(selectedFrom(one, channel));
      scanned += found.length;
      last = (found.length === keys ? found.at(-1)?._id : undefined) ?? through;
    }
    return { matches, through: last, scanned };
  }

  async #selectTagged({ audience, after, through, firstSeenUntil, limit, scanLimit, channel }: AudienceQuery): Promise<AudienceMatch> {
    const condition = conditionOf(audience, firstSeenUntil);
    const end = await this.#keyAt({ _id: { $gt: after, $lte: through } }, scanLimit);
    const found = await this.#read({ _id: { $gt: after, $lte: end ?? through }, ...condition }, limit);
    const full = found.length === limit ? found.at(-1)?._id : undefined;
    const last = full ?? end ?? through;
    const scanned =
      end !== undefined && full === undefined ? scanLimit : await this.installations.countDocuments({ _id: { $gt: after, $lte: last } });
    return { matches: found.map((one) => selectedFrom(one, channel)), through: last, scanned };
  }

  /** Whom the server finds and the predicate takes. */
  async *#judged(filter: Filter, predicate: Judgement, sort: Record<string, 1> = {}): AsyncGenerator<InstallationDocument> {
    let begunAt = performance.now();
    for await (const documents of inBatches(this.installations.find(filter).sort(sort).lean<InstallationDocument>().cursor())) {
      const pasts = await this.pasts.ofUsers(documents[0]?.app ?? '', [...new Set(documents.map(({ userId }) => userId))], predicate.asked);
      for (const document of documents) {
        if (predicate.holds({ ...fromDocument(document), ...pasts.get(document.userId) })) yield document;
        if (performance.now() - begunAt < turnMs) continue;
        await otherWork();
        begunAt = performance.now();
      }
    }
  }

  async #selectJudged(
    { audience, after, through, firstSeenUntil, limit, scanLimit, channel }: AudienceQuery,
    predicate: Judgement,
  ): Promise<AudienceMatch> {
    const end = await this.#keyAt({ _id: { $gt: after, $lte: through } }, scanLimit);
    const matches: SelectedInstallation[] = [];
    const range = { _id: { $gt: after, $lte: end ?? through } };
    for await (const document of this.#judged({ ...range, ...conditionOf(audience, firstSeenUntil) }, predicate, { _id: 1 })) {
      matches.push(selectedFrom(document, channel));
      if (matches.length === limit) break;
    }
    const last = (matches.length === limit ? matches.at(-1)?.key : undefined) ?? end ?? through;
    const scanned = last === end ? scanLimit : await this.installations.countDocuments({ _id: { $gt: after, $lte: last } });
    return { matches, through: last, scanned };
  }

  async #previewJudged(app: string, condition: Filter, predicate: Judgement, tally: PreviewTally): Promise<AudiencePreview> {
    for await (const range of this.#steps(app)) {
      const users = new Set<string>();
      for await (const document of this.#judged({ app, userId: range, ...condition }, predicate)) {
        const { id, platform, language, userId } = document;
        const reachable = isDefaultRecipient(selectedFrom(document, undefined)) ? 1 : 0;
        const appVersion = (document.details['appVersion'] as string | undefined) ?? null;
        tally.add({ platform, language: language ?? null, appVersion, installations: 1, reachable });
        users.add(userId);
        if (tally.sample.length < SAMPLE_SIZE) tally.sample.push(id);
      }
      tally.addUsers(users.size);
    }
    return tally.preview();
  }

  async #read(filter: Filter, limit: number): Promise<readonly SelectedDocument[]> {
    return this.installations.find(filter, selectedFields).sort({ _id: 1 }).limit(limit).lean<SelectedDocument[]>();
  }

  /** The last of the next so many keys; undefined where the range has fewer. */
  async #keyAt(filter: Filter, keys: number): Promise<string | undefined> {
    const found = await this.installations
      .findOne(filter, { _id: 1 })
      .sort({ _id: 1 })
      .skip(keys - 1)
      .lean<{ _id: string }>();
    return found?._id;
  }

  /** The living of an app in ranges of users: a person's installations are in one of them, so that each person counts once. */
  async *#steps(app: string): AsyncGenerator<{ readonly $gt: string; readonly $lte?: string }> {
    let after = ''; // a tombstone has no user
    for (;;) {
      const found = await this.installations
        .findOne({ app, userId: { $gt: after } }, { userId: 1, _id: 0 })
        .sort({ userId: 1 })
        .skip(stepKeys - 1)
        .lean<{ userId: string }>();
      yield { $gt: after, ...(found && { $lte: found.userId }) };
      if (!found) return;
      after = found.userId;
    }
  }

  async #sample(filter: Filter, limit: number): Promise<readonly string[]> {
    if (limit === 0) return [];
    const found = await this.installations.find(filter, { id: 1 }).limit(limit).lean<{ id: string }[]>();
    return found.map(({ id }) => id);
  }
}

function isSeenBy({ firstSeenAt }: SelectedDocument, until: number | null): boolean {
  return until === null || firstSeenAt <= until;
}

function selectedFrom(document: SelectedDocument, channel: string | undefined): SelectedInstallation {
  const { _id, id, ownerEpoch, provider, subscription, notificationsEnabled, hasToken } = document;
  return {
    key: _id,
    id,
    ownerEpoch,
    provider,
    subscription,
    notificationsEnabled,
    hasToken: hasToken === true,
    isMuted: channel !== undefined && document.details.mutedChannels?.includes(channel) === true,
    timeZone: (document.details['timeZone'] as string | undefined) ?? null,
    userId: document.userId,
  };
}

async function* inBatches<T>(cursor: AsyncIterable<T>): AsyncGenerator<readonly T[]> {
  let batch: T[] = [];
  for await (const one of cursor) {
    batch.push(one);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
