import { newId, note, type Clock } from '#libs/kernel';
import { mongoCollection, type MongoDocument, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { setTimeout as after } from 'node:timers/promises';
import { ErrandDesk, type ErrandKind, type ErrandServer, type Errands } from './errand-desk.ts';

interface ErrandDocument extends MongoDocument {
  readonly kind: ErrandKind;
  readonly askedAt: number;
  readonly isTaken: boolean;
  readonly errand: Errands[ErrandKind]['asks'];
  readonly answer?: Errands[ErrandKind]['answer'];
}

export const errandCollection = mongoCollection<ErrandDocument>(
  'errands',
  { kind: String, askedAt: Number, isTaken: Boolean, errand: Object, answer: Object },
  [{ fields: { isTaken: 1, kind: 1, askedAt: 1 } }],
);

const lookForWorkMs = 500;
const lookForAnswerMs = 100;
/** Whoever asked is gone by then. */
const keptMs = 120_000;

/** Errands wait in a collection for seconds; whoever asked takes its document away again. */
export class MongoErrandDesk extends ErrandDesk {
  readonly #errands: Model<ErrandDocument>;

  constructor(
    store: MongoStore,
    private readonly clock: Clock,
  ) {
    super();
    this.#errands = store.model(errandCollection);
  }

  async ask<K extends ErrandKind>(kind: K, errand: Errands[K]['asks'], waitMs: number): Promise<Errands[K]['answer'] | undefined> {
    const _id = newId();
    const askedAt = this.clock.now();
    await this.#errands.create({ _id, kind, askedAt, isTaken: false, errand });
    try {
      for (let waited = 0; waited < waitMs; waited += lookForAnswerMs) {
        await after(lookForAnswerMs);
        const { answer } = (await this.#errands.findById(_id, { answer: 1 }).lean()) ?? {};
        if (answer) return answer;
      }
      return undefined;
    } finally {
      await this.#errands.deleteOne({ _id });
    }
  }

  serve<K extends ErrandKind>(kind: K, server: ErrandServer<K>): () => void {
    const end = new AbortController();
    void this.#work(kind, server, end.signal);
    return () => {
      end.abort();
    };
  }

  async #work<K extends ErrandKind>(kind: K, server: ErrandServer<K>, end: AbortSignal): Promise<void> {
    while (!end.aborted) {
      const took = await this.#takeOne(kind, server).catch((error: unknown) => {
        note('errands cannot be read', { kind, reason: error instanceof Error ? error.message : String(error) });
        return false;
      });
      if (!took) await after(lookForWorkMs, undefined, { signal: end, ref: false }).catch(() => undefined);
    }
  }

  /** One of a kind at a time: they are rare. */
  async #takeOne<K extends ErrandKind>(kind: K, server: ErrandServer<K>): Promise<boolean> {
    const now = this.clock.now();
    const taken = await this.#errands
      .findOneAndUpdate({ isTaken: false, kind }, { $set: { isTaken: true } }, { sort: { askedAt: 1 } })
      .lean();
    if (!taken) return false;
    if (taken.askedAt < now - keptMs) await this.#errands.deleteOne({ _id: taken._id });
    else await this.#errands.updateOne({ _id: taken._id }, { $set: { answer: await server(taken.errand) } });
    // Whoever asked takes its document away, unless it died.
    await this.#errands.deleteMany({ isTaken: true, kind, askedAt: { $lt: now - keptMs } });
    return true;
  }
}
