import { newId, note, type Clock } from '#libs/kernel';
import { mongoCollection, type MongoDocument, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { setTimeout as after } from 'node:timers/promises';
import { CheckDesk, type CheckServer } from './check-desk.ts';
import type { CheckResult, CredentialCheck } from './credential-check.ts';

interface CheckDocument extends MongoDocument {
  readonly askedAt: number;
  readonly isTaken: boolean;
  readonly check: CredentialCheck;
  readonly result?: CheckResult;
}

export const checkCollection = mongoCollection<CheckDocument>(
  'credential_checks',
  { askedAt: Number, isTaken: Boolean, check: Object, result: Object },
  [{ fields: { isTaken: 1, askedAt: 1 } }],
);

const lookForWorkMs = 500;
const lookForResultMs = 100;
/** Whoever asked is gone by then. */
const keptMs = 120_000;

/** Checks wait in a collection for seconds; whoever asked takes its document away again. */
export class MongoCheckDesk extends CheckDesk {
  readonly #checks: Model<CheckDocument>;

  constructor(
    store: MongoStore,
    private readonly clock: Clock,
  ) {
    super();
    this.#checks = store.model(checkCollection);
  }

  async ask(check: CredentialCheck, waitMs: number): Promise<CheckResult | undefined> {
    const _id = newId();
    const askedAt = this.clock.now();
    await this.#checks.create({ _id, askedAt, isTaken: false, check });
    try {
      for (let waited = 0; waited < waitMs; waited += lookForResultMs) {
        await after(lookForResultMs);
        const { result } = (await this.#checks.findById(_id, { result: 1 }).lean()) ?? {};
        if (result) return result;
      }
      return undefined;
    } finally {
      await this.#checks.deleteOne({ _id });
    }
  }

  serve(server: CheckServer): () => void {
    const end = new AbortController();
    void this.#work(server, end.signal);
    return () => {
      end.abort();
    };
  }

  async #work(server: CheckServer, end: AbortSignal): Promise<void> {
    while (!end.aborted) {
      const took = await this.#takeOne(server).catch((error: unknown) => {
        note('credential checks cannot be read', { reason: error instanceof Error ? error.message : String(error) });
        return false;
      });
      if (!took) await after(lookForWorkMs, undefined, { signal: end, ref: false }).catch(() => undefined);
    }
  }

  /** One at a time: they are rare. */
  async #takeOne(server: CheckServer): Promise<boolean> {
    const now = this.clock.now();
    const taken = await this.#checks.findOneAndUpdate({ isTaken: false }, { $set: { isTaken: true } }, { sort: { askedAt: 1 } }).lean();
    if (!taken) return false;
    if (taken.askedAt < now - keptMs) await this.#checks.deleteOne({ _id: taken._id });
    else await this.#checks.updateOne({ _id: taken._id }, { $set: { result: await server(taken.check) } });
    return true;
  }
}
