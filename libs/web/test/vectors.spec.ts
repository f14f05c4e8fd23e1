import { playVector, vectors } from '../../device/test/vector-player.ts';
import type { Browser } from '../src/browser.ts';
import { Carillon } from '../src/carillon.ts';

const permissions: Record<string, NotificationPermission> = { granted: 'granted', denied: 'denied', not_asked: 'default' };

describe('the web SDK plays the shared vectors', () => {
  it.each(vectors('web'))('%s', async (_name, vector) => {
    await playVector(vector, ({ permission, token, ...traits }, { settings, ...device }) => {
      const browser: Browser = {
        ...{ ...device, traits },
        permission: () => permissions[permission]!,
        hasGesture: () => false,
        ask: () => Promise.reject(new Error('Nobody asked for it')),
        subscription: () => Promise.resolve(undefined),
        subscribe: () => Promise.resolve({ toJSON: () => ({ ...(token as object), expirationTime: null }) } as unknown as PushSubscription),
      };
      const { applicationServerKey } = (token ?? {}) as { applicationServerKey?: string };
      return new Carillon({ ...settings, ...(applicationServerKey !== undefined && { applicationServerKey }) }, browser);
    });
  });
});
