import type { Model } from 'mongoose';
import type { MongoStore } from '#libs/storage';
import { BoundedCache } from '../bounded-cache.ts';
import { FROZEN_CACHED, type FrozenSend } from './frozen-send.ts';
import { MUTABLE_SEND_FIELDS, sendCollection, sendFromDocument, type MutableSendFields, type SendDocument } from './send-document.ts';
import { SendReader } from './send-reader.ts';
import type { Send } from './send.ts';

type Mutable = MutableSendFields & Pick<SendDocument, '_id'>;

const frozenAtOnce = 100;

/** A read costs a few fields: the frozen part of a send, which may hold 10,000 ids, crosses the network once. */
export class MongoSendReader extends SendReader {
  readonly #frozen = new BoundedCache<FrozenSend>(FROZEN_CACHED);
  readonly #documents: Model<SendDocument>;

  constructor(store: MongoStore) {
    super();
    this.#documents = store.model(sendCollection);
  }

  async findById(app: string, id: string): Promise<Send | undefined> {
    const known = this.#frozen.get(id);
    const fields = known ? MUTABLE_SEND_FIELDS : { ...MUTABLE_SEND_FIELDS, frozen: 1 as const };
    const document = await this.#documents.findOne({ _id: id, app }, fields).lean<SendDocument>();
    return document ? sendFromDocument(document, known ?? this.#remember(document)) : undefined;
  }

  /** The whole sends of documents that were read without what is frozen in them. */
  async read(documents: readonly Mutable[]): Promise<Send[]> {
    const sends: Send[] = [];
    for (let from = 0; from < documents.length; from += frozenAtOnce) {
      const some = documents.slice(from, from + frozenAtOnce);
      const frozen = await this.#frozenOf(some.map(({ _id }) => _id));
      for (const document of some) {
        const own = frozen.get(document._id);
        if (own) sends.push(sendFromDocument(document, own));
      }
    }
    return sends;
  }

  async #frozenOf(ids: readonly string[]): Promise<ReadonlyMap<string, FrozenSend>> {
    const found = new Map<string, FrozenSend>();
    const unknown: string[] = [];
    for (const id of ids) {
      const known = this.#frozen.get(id);
      if (known) found.set(id, known);
      else unknown.push(id);
    }
    if (unknown.length === 0) return found;
    const documents = await this.#documents.find({ _id: { $in: unknown } }, { frozen: 1 }).lean();
    for (const document of documents) found.set(document._id, this.#remember(document));
    return found;
  }

  #remember({ _id, frozen: text }: Pick<SendDocument, '_id' | 'frozen'>): FrozenSend {
    const frozen = JSON.parse(text) as FrozenSend;
    this.#frozen.set(_id, frozen, text.length);
    return frozen;
  }
}
