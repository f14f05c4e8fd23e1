import type { Browser } from '../src/browser.ts';
import { MemoryStore } from '../../device/test/memory-store.ts';

const keys = { p256dh: 'p'.repeat(87), auth: 'a'.repeat(22) };

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** A browser whose person answers as the test says; the platform takes everything. */
export function aBrowser(over: Partial<Browser> = {}) {
  const asked: Asked[] = [];
  const store = new MemoryStore();
  let permission: NotificationPermission = 'default';
  const browser: Browser = {
    store,
    fetch: ((url: string, { method = 'GET', body }: RequestInit) => {
      const path = url.replace(/^.*\/v1\/apps\/shop/, '');
      asked.push({ method, path, body: typeof body === 'string' ? (JSON.parse(body) as unknown) : undefined });
      const answer = path === '/sdk-config' ? { webPush: { publicKey: 'public-key' } } : { externalId: null, installationSecret: 'secret' };
      return Promise.resolve(Response.json(answer));
    }) as typeof fetch,
    now: () => Date.parse('2026-11-30T09:30:00Z'),
    traits: { locale: 'en-GB', timeZone: 'Europe/London' },
    newId: () => 'browser-1',
    permission: () => permission,
    hasGesture: () => true,
    ask: () => Promise.resolve((permission = 'granted')),
    subscription: () => Promise.resolve(undefined),
    subscribe: () =>
      Promise.resolve({ toJSON: () => ({ endpoint: 'https://push.example', keys, expirationTime: null }) } as unknown as PushSubscription),
    ...over,
  };
  return { browser, asked, store };
}

export const settings = { url: 'https://push.example.com', app: 'shop', key: 'sdk-key' };
