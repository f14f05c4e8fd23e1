import type { CarillonPart } from './carillon-part.ts';
import type { KeptReceipt, Receipt, ReceiptKind, Store } from './state.ts';

/** As many as the platform takes in a call. */
const atOnce = 100;
/** More than a device shows in a month; what is older than the platform takes goes anyway. */
const maxKept = 1_000;
const takenForMs = 30 * 86_400_000;

export interface ReceiptSettings {
  readonly store: Store;
  readonly fetch: typeof fetch;
  readonly now: () => number;
}

/** None for a message that carries no proof. */
export function receiptsOf(part: CarillonPart, kind: ReceiptKind, now: number, action?: string): readonly Receipt[] {
  if (part.receipt === undefined) return [];
  return [{ receipt: part.receipt, kind, ...(action !== undefined && { action }), at: new Date(now).toISOString() }];
}

/** Keeps the receipts first and reports them then, so that a device without a network loses none. */
export async function report(settings: ReceiptSettings, receipts: readonly Receipt[]): Promise<boolean> {
  await settings.store.addReceipts(receipts);
  return flush(settings);
}

/**
 * Reports what waits, the oldest first. Answers whether nothing is left to be tried again. A receipt that the platform refuses is dropped:
 * the same again would be refused again.
 */
export async function flush({ store, fetch, now }: ReceiptSettings): Promise<boolean> {
  const state = await store.read();
  if (!state) return true;
  for (;;) {
    const all = await store.receipts(maxKept + atOnce);
    const tooMany = all.slice(0, Math.max(0, all.length - maxKept));
    const tooOld = all.filter(({ value }) => Date.parse(value.at) < now() - takenForMs);
    await store.removeReceipts(keysOf([...tooMany, ...tooOld]));
    const waiting = all.filter((one) => !tooMany.includes(one) && !tooOld.includes(one)).slice(0, atOnce);
    if (waiting.length === 0) return true;
    const status = await fetch(`${state.url}/v1/apps/${state.app}/receipts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(waiting.map(({ value }) => value)),
      keepalive: true,
    }).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 0 || status === 408 || status === 429 || status >= 500) return false;
    await store.removeReceipts(keysOf(waiting));
  }
}

function keysOf(receipts: readonly KeptReceipt[]): readonly number[] {
  return receipts.map(({ key }) => key);
}
