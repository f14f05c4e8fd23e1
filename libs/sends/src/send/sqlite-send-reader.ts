import type { SqliteStore } from '#libs/storage';
import { BoundedCache } from '../bounded-cache.ts';
import { FROZEN_CACHED, type FrozenSend } from './frozen-send.ts';
import { MUTABLE_SEND_COLUMNS, sendFrom, type MutableSendRow } from './send-row.ts';
import { SendReader } from './send-reader.ts';
import type { Send } from './send.ts';

/** A read costs a few columns: the frozen part of a send, which may hold 10,000 ids, is parsed once. */
export class SqliteSendReader extends SendReader {
  readonly #frozen = new BoundedCache<FrozenSend>(FROZEN_CACHED);

  constructor(private readonly store: SqliteStore) {
    super();
  }

  async findById(app: string, id: string): Promise<Send | undefined> {
    const row = this.store.sql(`SELECT ${MUTABLE_SEND_COLUMNS} FROM sends WHERE id = ? AND app = ?`).get(id, app);
    return row && this.read(row as unknown as MutableSendRow);
  }

  /** The whole send of a row. */
  read(row: MutableSendRow): Send {
    return sendFrom(row, this.#frozen.get(row.id) ?? this.#load(row.id));
  }

  #load(id: string): FrozenSend {
    const { frozen: text } = this.store.sql('SELECT frozen FROM sends WHERE id = ?').get(id) as unknown as { frozen: string };
    const frozen = JSON.parse(text) as FrozenSend;
    this.#frozen.set(id, frozen, text.length);
    return frozen;
  }
}
