import { wasNew, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { idempotencyCollection, type IdempotencyDocument } from './idempotency-document.ts';
import { IdempotencyRepository, type IdempotencyClaim, type StoredAnswer } from './idempotency.repository.ts';

/** One claim in so many removes what has expired, up to as many times more: the collection shrinks after a flood. */
const claimsBetween = 50;
const removedAtOnce = 500;

export class MongoIdempotencyRepository extends IdempotencyRepository {
  readonly #documents: Model<IdempotencyDocument>;
  #claims = 0;

  constructor(store: MongoStore) {
    super();
    this.#documents = store.model(idempotencyCollection);
  }

  /** A claim that was stored without an answer reaching its writer is found by the next, with the same work to do under the same ids. */
  async insertOnce(claim: IdempotencyClaim, now: number): Promise<IdempotencyClaim> {
    this.#claims += 1;
    if (this.#claims % claimsBetween === 0) await this.#removeExpired(now);
    for (;;) {
      if (await this.#insert(claim)) return claim;
      const stored = (await this.#renew(claim, now)) ?? (await this.#documents.findOne({ _id: claim.id }).lean());
      if (stored) return claimOf(stored); // else it was removed just now
    }
  }

  async saveAnswer(id: string, seed: string, answer: StoredAnswer): Promise<void> {
    await this.#documents.updateOne({ _id: id, seed }, { $set: { answer: JSON.stringify(answer) } });
  }

  async #insert({ id: _id, bodyHash, seed, expiresAt }: IdempotencyClaim): Promise<boolean> {
    return wasNew(this.#documents.insertMany([{ _id, bodyHash, seed, expiresAt }], { lean: true }));
  }

  async #renew({ id: _id, bodyHash, seed, expiresAt }: IdempotencyClaim, now: number): Promise<IdempotencyDocument | null> {
    const renewal = { $set: { bodyHash, seed, expiresAt }, $unset: { answer: 1 } } as const;
    return this.#documents.findOneAndUpdate({ _id, expiresAt: { $lte: now } }, renewal, { returnDocument: 'after' }).lean();
  }

  async #removeExpired(now: number): Promise<void> {
    const expired = { expiresAt: { $lte: now } };
    const found = await this.#documents.find(expired, { _id: 1 }).sort({ expiresAt: 1 }).limit(removedAtOnce).lean();
    await this.#documents.deleteMany({ _id: { $in: found.map(({ _id }) => _id) }, ...expired });
  }
}

function claimOf({ _id: id, bodyHash, seed, expiresAt, answer }: IdempotencyDocument): IdempotencyClaim {
  return { id, bodyHash, seed, expiresAt, ...(answer !== undefined && { answer: JSON.parse(answer) as StoredAnswer }) };
}
