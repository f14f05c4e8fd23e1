import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Installation, Receipt, Settings, State } from '../src/index.ts';
import { MemoryStore } from './memory-store.ts';

interface Exchange {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: unknown;
    /** Without the app's key. */
    readonly public?: boolean;
  };
  readonly answer: { readonly status: number; readonly body: object };
}

/** What a device says of itself in a vector; `web` where it names no platform. */
export interface VectorDevice {
  readonly platform?: string;
  readonly provider?: string;
  readonly permission: string;
  readonly locale: string;
  readonly timeZone: string;
  readonly token?: unknown;
}

interface Step {
  readonly device: VectorDevice;
  readonly call: readonly [keyof Installation, ...unknown[]];
  /** The app's backend gives tokens to who is logged in. */
  readonly tokens?: boolean;
  /** What the store holds instead of what it held. */
  readonly lose?: Partial<State>;
  readonly waiting?: readonly Receipt[];
  readonly offline?: boolean;
  readonly exchange: readonly Exchange[];
  readonly error?: string;
  readonly stored: Partial<State>;
  readonly left?: readonly Receipt[];
}

export interface Vector {
  readonly about: string;
  readonly newIds: readonly string[];
  readonly steps: readonly Step[];
}

/** What the SDK under test is made of. */
export interface Surroundings {
  readonly settings: Settings;
  readonly store: MemoryStore;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly newId: () => string;
}

const folder = join(import.meta.dirname, '../../sdk-vectors');
const now = () => Date.parse('2026-11-30T09:30:00Z');

/** All vectors, by the names of their files; those of one platform where it is named. */
export function vectors(platform?: string): readonly (readonly [string, Vector])[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const all = files.map((name) => [name.replace('.json', ''), JSON.parse(readFileSync(join(folder, name), 'utf8')) as Vector] as const);
  return all.filter(([, { steps }]) => platform === undefined || steps.every(({ device }) => (device.platform ?? 'web') === platform));
}

/** Plays the steps of a vector, one store for all of them and a fresh start of the SDK for each; the platform answers as the vector says. */
export async function playVector(
  { newIds, steps }: Vector,
  sdkOf: (device: VectorDevice, around: Surroundings) => Installation,
): Promise<void> {
  const store = new MemoryStore();
  const ids = [...newIds];
  for (const step of steps) {
    if (step.lose) store.state = { ...store.state!, ...step.lose };
    if (step.waiting) await store.addReceipts(step.waiting);
    const asked: Exchange['request'][] = [];
    const answers = [...step.exchange];
    const userToken = step.tokens && { userToken: (externalId: string) => Promise.resolve(`$jwt:${externalId}`) };
    const sdk = sdkOf(step.device, {
      settings: { url: 'https://push.example.com/', app: 'shop', key: 'sdk-key', ...userToken },
      ...{ store, now, newId: () => ids.shift()! },
      fetch: ((url: string, init: RequestInit) => {
        if (step.offline) return Promise.reject(new TypeError('Failed to fetch'));
        asked.push(requestOf(url, init));
        const answer = answers.shift()?.answer;
        return Promise.resolve(Response.json(answer?.body ?? {}, { status: answer?.status ?? 500 }));
      }) as typeof fetch,
    });
    const [name, ...given] = step.call;
    const done = (sdk[name] as (...given: unknown[]) => Promise<unknown>).apply(sdk, given);

    if (step.error === undefined) await done;
    else await expect(done).rejects.toMatchObject({ code: step.error });
    expect(asked).toEqual(step.exchange.map(({ request }) => request));
    expect(store.state).toMatchObject(step.stored);
    if (step.left) expect((await store.receipts(100)).map(({ value }) => value)).toEqual(step.left);
  }
}

function requestOf(url: string, { method = 'GET', headers, body }: RequestInit): Exchange['request'] {
  const sent = headers as Record<string, string>;
  const names = { 'x-installation-secret': 'X-Installation-Secret', 'x-user-token': 'X-User-Token' };
  const shown = Object.entries(names).flatMap(([name, title]) => (sent[name] === undefined ? [] : [[title, sent[name]]]));
  return {
    method,
    path: url.replace('https://push.example.com/v1/apps/shop', ''),
    ...(sent['authorization'] === undefined && { public: true }),
    headers: Object.fromEntries(shown) as Record<string, string>,
    ...(typeof body === 'string' && { body: JSON.parse(body) as unknown }),
  };
}
