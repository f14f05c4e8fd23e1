import type { KeptReceipt, Receipt, State, Store } from '../../device/src/index.ts';

const current = 'current';

/** The store of a page and of its service worker: one database for an origin. */
export class IndexedDbStore implements Store {
  #opened: Promise<IDBDatabase> | undefined;

  constructor(private readonly name = 'carillon') {}

  read(): Promise<State | undefined> {
    return this.#run('state', 'readonly', (table) => table.get(current) as IDBRequest<State | undefined>);
  }

  async write(state: State): Promise<void> {
    await this.#run('state', 'readwrite', (table) => table.put(state, current));
  }

  async addReceipts(receipts: readonly Receipt[]): Promise<void> {
    for (const receipt of receipts) await this.#run('receipts', 'readwrite', (table) => table.add(receipt));
  }

  async receipts(most: number): Promise<readonly KeptReceipt[]> {
    const keys = await this.#run('receipts', 'readonly', (table) => table.getAllKeys(undefined, most) as IDBRequest<number[]>);
    const kept: KeptReceipt[] = [];
    for (const key of keys) {
      const value = await this.#run('receipts', 'readonly', (table) => table.get(key) as IDBRequest<Receipt | undefined>);
      if (value) kept.push({ key, value }); // the other half of the SDK may have reported it meanwhile
    }
    return kept;
  }

  async removeReceipts(keys: readonly number[]): Promise<void> {
    for (const key of keys) await this.#run('receipts', 'readwrite', (table) => table.delete(key));
  }

  async #run<T>(table: 'state' | 'receipts', mode: IDBTransactionMode, work: (table: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const database = await (this.#opened ??= this.#open());
    return done(work(database.transaction(table, mode).objectStore(table)));
  }

  #open(): Promise<IDBDatabase> {
    const request = indexedDB.open(this.name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('state');
      request.result.createObjectStore('receipts', { autoIncrement: true });
    };
    return done(request);
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error('IndexedDB'));
    };
  });
}
