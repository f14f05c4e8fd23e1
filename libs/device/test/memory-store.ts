import type { KeptReceipt, Receipt, State, Store } from '../src/state.ts';

/** IndexedDB without a browser. */
export class MemoryStore implements Store {
  state: State | undefined;
  #next = 1;
  readonly #receipts = new Map<number, Receipt>();

  read(): Promise<State | undefined> {
    return Promise.resolve(this.state);
  }

  write(state: State): Promise<void> {
    this.state = structuredClone(state);
    return Promise.resolve();
  }

  addReceipts(receipts: readonly Receipt[]): Promise<void> {
    for (const receipt of receipts) this.#receipts.set(this.#next++, receipt);
    return Promise.resolve();
  }

  receipts(most: number): Promise<readonly KeptReceipt[]> {
    return Promise.resolve([...this.#receipts].slice(0, most).map(([key, value]) => ({ key, value })));
  }

  removeReceipts(keys: readonly number[]): Promise<void> {
    for (const key of keys) this.#receipts.delete(key);
    return Promise.resolve();
  }
}
