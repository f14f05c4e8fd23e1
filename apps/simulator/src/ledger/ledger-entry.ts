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

/** An entry as it is kept: one list in JSON, which is quickly made. Names come to it when it is read, as few are. */
export function keptEntry({ provider, token, id, send, receipt, fields }: AcceptedRequest, at: string): string {
  const list: Text[] = [provider, at, id, token ?? null, send ?? null, receipt ?? null];
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const name = fields[i] ?? '';
    if (!isCredential(name)) list.push(name, fields[i + 1] ?? '');
  }
  return JSON.stringify(list);
}

export function readEntry(kept: string): LedgerEntry {
  const [provider, at, id, token, send, receipt, ...fields] = JSON.parse(kept) as [string, string, string, Text, Text, Text, ...string[]];
  return {
    ...{ provider, at, id },
    ...(token !== null && { token }),
    ...(send !== null && { send }),
    ...(receipt !== null && { receipt }),
    headers: headersOf(fields),
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
