import type { SimulatedProvider } from '../simulated-provider.ts';

/** One request that a provider took responsibility for. */
export interface AcceptedRequest {
  readonly provider: SimulatedProvider;
  /** Absent for an FCM topic or condition. */
  readonly token: string | undefined;
  /** The provider's id of the message. */
  readonly id: string;
  /** From the `carillon` object of the payload, where there is one. */
  readonly send: string | undefined;
  readonly receipt: string | undefined;
  /** Name, value, name, value … as they came; credentials are left out of the record. */
  readonly fields: readonly string[];
  /** JSON that has been parsed without an error. */
  readonly body: Uint8Array;
}

/** What is told of a request, its body beside it. `at` is RFC 3339; names of headers are in lower case. */
export interface LedgerEntry {
  readonly provider: string;
  readonly at: string;
  readonly id: string;
  readonly token?: string;
  readonly send?: string;
  readonly receipt?: string;
  readonly headers: Readonly<Record<string, string>>;
}

type Text = string | null;

/**
 * Entries as they are kept: two lists in JSON, the header fields that many requests in a row have, and the rest, which is quickly made. Names come to it when
 * it is read, as few are.
 */
export class EntryWriter {
  #last: readonly string[] = [];
  /** Where the fields stand whose values every request has of its own, and those whose values are as before. */
  #own: readonly number[] = [];
  #same: readonly number[] = [];
  #shared = '[]\n';

  write({ provider, token, id, send, receipt, fields }: AcceptedRequest, at: string): string {
    if (!this.#isAsBefore(fields)) this.#learn(fields);
    const list: Text[] = [provider, at, id, token ?? null, send ?? null, receipt ?? null];
    for (const place of this.#own) list.push(fields[place] ?? '', fields[place + 1] ?? '');
    return this.#shared + JSON.stringify(list);
  }

  #isAsBefore(fields: readonly string[]): boolean {
    const last = this.#last;
    if (fields.length !== last.length) return false;
    for (let place = 0; place < last.length; place += 2) if (fields[place] !== last[place]) return false;
    for (const place of this.#same) if (fields[place + 1] !== last[place + 1]) return false;
    return true;
  }

  /** What differs from the request before with the same names is a request's own from now on. */
  #learn(fields: readonly string[]): void {
    const last = this.#last;
    const names = fields.filter((_, at) => at % 2 === 0);
    const isLikeLast = last.length === fields.length && names.every((name, index) => last[index * 2] === name);
    const kept = names.map((_, index) => index * 2).filter((place) => !isCredential(fields[place] ?? ''));
    const before = new Set(isLikeLast ? this.#own : []);
    const isTwice = new Set(names).size < names.length; // then their order counts
    this.#own = kept.filter((place) => isTwice || before.has(place) || (isLikeLast && fields[place + 1] !== last[place + 1]));
    this.#same = kept.filter((place) => !this.#own.includes(place));
    // A credential is compared with nothing, and kept nowhere.
    this.#last = fields.map((part, at) => (isCredential(fields[at - 1] ?? '') && at % 2 === 1 ? '' : part));
    this.#shared = `${JSON.stringify(this.#same.flatMap((place) => [fields[place] ?? '', fields[place + 1] ?? '']))}\n`;
  }
}

export function readEntry(kept: string): LedgerEntry {
  const end = kept.indexOf('\n');
  const shared = JSON.parse(kept.slice(0, end)) as string[];
  const [provider, at, id, token, send, receipt, ...own] = JSON.parse(kept.slice(end)) as [
    string,
    string,
    string,
    Text,
    Text,
    Text,
    ...string[],
  ];
  return {
    ...{ provider, at, id },
    ...(token !== null && { token }),
    ...(send !== null && { send }),
    ...(receipt !== null && { receipt }),
    headers: headersOf([...shared, ...own]),
  };
}

/** A repeated name keeps its last value; the providers refuse or ignore repeated headers. */
function headersOf(fields: readonly string[]): Record<string, string> {
  return Object.fromEntries(fields.flatMap((name, i) => (i % 2 === 0 ? [[name.toLowerCase(), fields[i + 1] ?? '']] : [])));
}

function isCredential(name: string): boolean {
  const { length } = name;
  if (length !== 'authorization'.length && length !== 'cookie'.length) return false;
  const lower = name.toLowerCase();
  return lower === 'authorization' || lower === 'cookie';
}
