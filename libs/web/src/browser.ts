import { CarillonError, type Store } from '../../device/src/index.ts';
import { IndexedDbStore } from './indexed-db-store.ts';

/** What the SDK needs of a browser. */
export interface Browser {
  readonly store: Store;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  /** Locale and time zone, as the platform takes them. */
  readonly traits: { readonly locale: string; readonly timeZone: string };
  newId(): string;
  /** `default`: not asked yet; `unsupported`: a browser without push, or a page that may not use it. */
  permission(): NotificationPermission | 'unsupported';
  /** Whether a person has just touched or typed: browsers refuse, and punish, a question that comes out of nowhere. */
  hasGesture(): boolean;
  ask(): Promise<NotificationPermission>;
  /** The subscription that is there. */
  subscription(): Promise<PushSubscription | undefined>;
  /** Another one if it was made with another key. Throws CarillonError. */
  subscribe(applicationServerKey: string): Promise<PushSubscription>;
}

/** The browser that runs this. The worker's file has to lie on the page's own origin. */
export function thisBrowser(serviceWorker: string, scope: string | undefined): Browser {
  const isAble = 'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis;
  let registered: Promise<ServiceWorkerRegistration> | undefined;
  const manager = async (): Promise<PushManager> => {
    registered ??= navigator.serviceWorker.register(serviceWorker, scope === undefined ? {} : { scope });
    const registration = await registered;
    await isActive(registration);
    return registration.pushManager;
  };
  return {
    store: new IndexedDbStore(),
    fetch: fetch.bind(globalThis),
    now: () => Date.now(),
    traits: { locale: navigator.language, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone },
    newId: () => crypto.randomUUID(),
    permission: () => (isAble ? Notification.permission : 'unsupported'),
    hasGesture: () => (navigator as { userActivation?: UserActivation }).userActivation?.isActive ?? true,
    ask: () => Notification.requestPermission(),
    subscription: async () => (isAble ? ((await (await manager()).getSubscription()) ?? undefined) : undefined),
    subscribe: async (applicationServerKey) => {
      const push = await manager();
      const present = await push.getSubscription();
      if (present && base64Url(present.options.applicationServerKey) === applicationServerKey) return present;
      await present?.unsubscribe(); // one subscription a page, of one key
      return push.subscribe({ userVisibleOnly: true, applicationServerKey }).catch((cause: unknown) => {
        throw new CarillonError('subscribe_failed', 0, cause instanceof Error ? cause.message : String(cause));
      });
    },
  };
}

/** A push manager subscribes only below a worker that is active. */
async function isActive({ active, installing, waiting }: ServiceWorkerRegistration): Promise<void> {
  const coming = installing ?? waiting;
  if (active || !coming) return;
  await new Promise<void>((resolve) => {
    coming.addEventListener('statechange', () => {
      if (coming.state === 'activated' || coming.state === 'redundant') resolve();
    });
  });
}

function base64Url(bytes: ArrayBuffer | null): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes ?? new ArrayBuffer())))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}
