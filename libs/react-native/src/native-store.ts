import type { KeptReceipt, Receipt, State, Store } from '../../device/src/index.ts';
import type { NativeBridge } from './bridge.ts';

interface Waiting {
  readonly next: number;
  readonly receipts: readonly KeptReceipt[];
}

const [stateName, receiptsName] = ['carillon.state', 'carillon.receipts'];
const none: Waiting = { next: 1, receipts: [] };

/** Two texts in native storage: the state, and the receipts that wait. Changes of the receipts come one after the other, since each writes them all. */
export class NativeStore implements Store {
  #turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly bridge: Pick<NativeBridge, 'read' | 'write'>) {}

  read(): Promise<State | undefined> {
    return this.#read<State | undefined>(stateName, undefined);
  }

  async write(state: State): Promise<void> {
    await this.bridge.write(stateName, JSON.stringify(state));
  }

  addReceipts(added: readonly Receipt[]): Promise<void> {
    if (added.length === 0) return Promise.resolve();
    return this.#change(({ next, receipts }) => ({
      next: next + added.length,
      receipts: [...receipts, ...added.map((value, at) => ({ key: next + at, value }))],
    }));
  }

  async receipts(most: number): Promise<readonly KeptReceipt[]> {
    await this.#turn;
    return (await this.#read(receiptsName, none)).receipts.slice(0, most);
  }

  removeReceipts(keys: readonly number[]): Promise<void> {
    if (keys.length === 0) return Promise.resolve();
    const gone = new Set(keys);
    return this.#change(({ next, receipts }) => ({ next, receipts: receipts.filter(({ key }) => !gone.has(key)) }));
  }

  #change(change: (waiting: Waiting) => Waiting): Promise<void> {
    const done = this.#turn.then(async () => {
      await this.bridge.write(receiptsName, JSON.stringify(change(await this.#read(receiptsName, none))));
    });
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** What cannot be read is as good as nothing: a device begins anew. */
  async #read<T>(name: string, otherwise: T): Promise<T> {
    const text = await this.bridge.read(name);
    try {
      return text === null ? otherwise : (JSON.parse(text) as T);
    } catch {
      return otherwise;
    }
  }
}
