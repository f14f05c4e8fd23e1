import { isoTime, messageId, type Clock } from '#libs/kernel';
import { SIMULATED_PROVIDERS, type SimulatedProvider } from '../simulated-provider.ts';
import { half, hash64, hashToken, inWorld } from './hash64.ts';
import { HashTable } from './hash-table.ts';
import { EntryWriter, readEntry, type AcceptedRequest, type LedgerEntry } from './ledger-entry.ts';
import { RecordStore } from './record-store.ts';
import { Summary, type ProviderSummary } from './summary.ts';

export interface LedgerFilter {
  readonly provider?: SimulatedProvider | undefined;
  readonly token?: string | undefined;
  readonly send?: string | undefined;
  readonly installation?: string | undefined;
}

/** Every accepted request, told before its answer leaves, and what was counted on the way. */
export class Ledger {
  readonly summary = new Summary();
  readonly #records: RecordStore;
  readonly #seen = new HashTable();
  readonly #entries = new EntryWriter();
  #lastSend = { text: '\0', high: 0, low: 0 };
  #lastAt = { ms: Number.NaN, text: '' };

  constructor(
    private readonly clock: Clock,
    keep: number,
  ) {
    this.#records = new RecordStore(keep);
  }

  record(request: AcceptedRequest, nowMs = this.clock.now()): void {
    const { provider, token, send } = request;
    const counts = this.summary.of(provider);
    counts.requests += 1;
    counts.accepted += 1;
    const number = SIMULATED_PROVIDERS.indexOf(provider);
    const ofSend = this.#hashesOfSend(send ?? '');
    hashToken(token ?? '');
    const keys = { provider: number, token: half.low, send: ofSend.low };
    if (token !== undefined && send !== undefined && this.#isRepeat(number, ofSend)) counts.duplicates += 1;
    this.#records.append(keys, this.#entries.write(request, this.#textOf(nowMs)), request.body);
  }

  /** JSON text of the matching records, oldest first, some hundred at a time. */
  *select({ provider, token, send, installation }: LedgerFilter): Generator<string[]> {
    const wanted = {
      ...(provider === undefined ? {} : { provider: SIMULATED_PROVIDERS.indexOf(provider) }),
      ...(token === undefined ? {} : { token: hashOf(token) }),
      ...(send === undefined ? {} : { send: hashOf(send) }),
    };
    const isMeant = entryFilter({ token, send, installation });
    for (const records of this.#records.select(wanted)) {
      yield records.flatMap(({ head, body }) => {
        const entry = readEntry(head);
        return isMeant(entry) ? [`${JSON.stringify(entry).slice(0, -1)},"body":${body}}`] : [];
      });
    }
  }

  /** The matching records, parsed; for tests and small questions. */
  find(filter: LedgerFilter): Record<string, unknown>[] {
    return [...this.select(filter)].flat().map((text) => JSON.parse(text) as Record<string, unknown>);
  }

  counts(): Record<SimulatedProvider, ProviderSummary> {
    return structuredClone(this.summary.toJSON());
  }

  clear(): void {
    this.summary.clear();
    this.#records.clear();
    this.#seen.clear();
  }

  /** By the token's hash, which is in `half`, with that of the send and the provider: a text of 200 characters is hashed once a message. */
  #isRepeat(provider: number, send: { readonly high: number; readonly low: number }): boolean {
    inWorld(send.high + provider, send.low + provider);
    return this.#seen.count(half.high, half.low) > 0;
  }

  /** Thousands of messages in a row are of one send. */
  #hashesOfSend(send: string): { readonly high: number; readonly low: number } {
    if (send !== this.#lastSend.text) {
      hash64(send);
      this.#lastSend = { text: send, high: half.high, low: half.low };
    }
    return this.#lastSend;
  }

  /** Thousands of records share a millisecond or two, and making the text is dear. */
  #textOf(ms: number): string {
    if (ms !== this.#lastAt.ms) this.#lastAt = { ms, text: isoTime(ms) };
    return this.#lastAt.text;
  }
}

/** What hashes cannot tell apart, or do not cover. */
function entryFilter({ token, send, installation }: LedgerFilter): (entry: LedgerEntry) => boolean {
  return (entry) =>
    (token === undefined || entry.token === token) &&
    (send === undefined || entry.send === send) &&
    (installation === undefined || isFor(entry, installation));
}

/** A message's id is a hash of send and installation, so that a payload need not name the installation to be found by it. */
function isFor(entry: LedgerEntry, installation: string): boolean {
  if (entry.send === undefined) return false;
  const id = messageId(entry.send, installation);
  return entry.id === id || (entry.receipt?.startsWith(id) ?? false);
}

function hashOf(text: string): number {
  hash64(text);
  return half.low;
}
