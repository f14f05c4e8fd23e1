import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from '../src/browser.ts';
import { Carillon } from '../src/carillon.ts';
import type { Receipt, State } from '../src/state.ts';
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

interface Step {
  readonly device: { readonly permission: string; readonly locale: string; readonly timeZone: string; readonly token?: DeviceToken };
  readonly call: readonly [keyof Carillon, ...unknown[]];
  /** The site's backend gives tokens to who is logged in. */
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

interface DeviceToken {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
  readonly applicationServerKey: string;
}

export interface Vector {
  readonly about: string;
  readonly newIds: readonly string[];
  readonly steps: readonly Step[];
}

const folder = join(import.meta.dirname, '../../sdk-vectors');
const permissions: Record<string, NotificationPermission> = { granted: 'granted', denied: 'denied', not_asked: 'default' };

/** All vectors, by the names of their files. */
export function vectors(): readonly (readonly [string, Vector])[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.map((name) => [name.replace('.json', ''), JSON.parse(readFileSync(join(folder, name), 'utf8')) as Vector]);
}

/** Plays the steps of a vector on the page's half, one store for all of them and a fresh page for each; the platform answers as the vector says. */
export async function playVector({ newIds, steps }: Vector): Promise<void> {
  const store = new MemoryStore();
  const ids = [...newIds];
  for (const step of steps) {
    if (step.lose) store.state = { ...store.state!, ...step.lose };
    if (step.waiting) await store.addReceipts(step.waiting);
    const asked: Exchange['request'][] = [];
    const answers = [...step.exchange];
    const { permission, token, ...traits } = step.device;
    const browser: Browser = {
      ...{ store, traits, now: () => Date.parse('2026-11-30T09:30:00Z'), newId: () => ids.shift()! },
      permission: () => permissions[permission]!,
      hasGesture: () => false,
      ask: () => Promise.reject(new Error('Nobody asked for it')),
      subscription: () => Promise.resolve(undefined),
      subscribe: () => Promise.resolve({ toJSON: () => ({ ...token, expirationTime: null }) } as unknown as PushSubscription),
      fetch: ((url: string, init: RequestInit) => {
        if (step.offline) return Promise.reject(new TypeError('Failed to fetch'));
        asked.push(requestOf(url, init));
        const answer = answers.shift()?.answer;
        return Promise.resolve(Response.json(answer?.body ?? {}, { status: answer?.status ?? 500 }));
      }) as typeof fetch,
    };
    const settings = { url: 'https://push.example.com/', app: 'shop', key: 'sdk-key' };
    const more = token && { applicationServerKey: token.applicationServerKey };
    const userToken = step.tokens && { userToken: (externalId: string) => Promise.resolve(`$jwt:${externalId}`) };
    const carillon = new Carillon({ ...settings, ...more, ...userToken }, browser);
    const [name, ...given] = step.call;
    const done = (carillon[name] as (...given: unknown[]) => Promise<unknown>).apply(carillon, given);

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
