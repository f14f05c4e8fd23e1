import {
  callPlatform,
  carillonPartOf,
  flush,
  receiptsOf,
  report,
  type CarillonPart,
  type ReceiptKind,
  type ReceiptSettings,
} from '../../../device/src/index.ts';
import { IndexedDbStore } from '../indexed-db-store.ts';
import { notificationOf, payloadOf } from '../push-payload.ts';
import { tokenOf } from '../web-push-token.ts';

declare const self: ServiceWorkerGlobalScope;

/** Of browsers that have it: a task that waits for a network. */
interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}
interface WithSync {
  readonly sync?: { register(tag: string): Promise<void> };
}

const syncTag = 'carillon-receipts';
const store = new IndexedDbStore();
const settings: ReceiptSettings = { store, fetch: self.fetch.bind(self), now: () => Date.now() };

self.addEventListener('push', (event) => {
  const payload = payloadOf(event.data?.text());
  if (!payload) return;
  const { badge, data, carillon } = payload;
  const shown = notificationOf(payload);
  const show = async (): Promise<void> => {
    if (shown) await self.registration.showNotification(shown.title, shown.options);
    if (badge !== undefined) await setBadge(badge);
    for (const page of await pages()) page.postMessage({ carillon: 'message', data, shown: shown !== undefined });
    await tell(carillon, shown ? ['received', 'displayed'] : ['received']);
  };
  event.waitUntil(show());
});

self.addEventListener('notificationclick', (event) => {
  const { notification, action } = event;
  const part = carillonPartOf(notification.data);
  if (!part) return;
  notification.close();
  event.waitUntil(Promise.all([open(part.link), action === '' ? tell(part, ['opened']) : tell(part, ['action'], action)]));
});

self.addEventListener('notificationclose', (event) => {
  const part = carillonPartOf(event.notification.data);
  if (part) event.waitUntil(tell(part, ['dismissed']));
});

self.addEventListener('sync', (event) => {
  if ((event as SyncEvent).tag === syncTag) (event as SyncEvent).waitUntil(flush(settings));
});

/** The browser has another subscription, or none any more: the platform hears it now if it can, and with the page's next start anyway. */
self.addEventListener('pushsubscriptionchange', (event) => {
  event.waitUntil(renew(event));
});

async function renew({ newSubscription, oldSubscription }: PushSubscriptionChangeEvent): Promise<void> {
  const state = await store.read();
  if (state?.installationId === undefined) return;
  const applicationServerKey = oldSubscription?.options.applicationServerKey ?? state.applicationServerKey;
  const subscription =
    newSubscription ??
    (applicationServerKey && (await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey })));
  if (!subscription) return;
  const token = tokenOf(subscription, state.applicationServerKey);
  await callPlatform(settings.fetch, state, 'POST', `/installations/${state.installationId}/sessions`, { token });
}

/** What is not reported now waits for a network, where the browser can wait, and for the next push or visit. */
async function tell(part: CarillonPart, kinds: readonly ReceiptKind[], action?: string): Promise<void> {
  const receipts = kinds.flatMap((kind) => receiptsOf(part, kind, settings.now(), action));
  if (!(await report(settings, receipts))) await (self.registration as WithSync).sync?.register(syncTag).catch(() => undefined);
}

/** Brings the link's page to the front, or any page of ours where there is no link; opens one if there is none. */
async function open(link: string | undefined): Promise<void> {
  const wanted = new URL(link ?? './', self.registration.scope).href;
  const open = await pages();
  const found = open.find(({ url }) => url === wanted) ?? (link === undefined ? open[0] : undefined);
  await (found ? found.focus() : self.clients.openWindow(wanted)).catch(() => undefined); // a link that no browser opens
}

function pages(): Promise<readonly WindowClient[]> {
  return self.clients.matchAll({ type: 'window', includeUncontrolled: true });
}

async function setBadge(badge: number): Promise<void> {
  const { navigator } = self as { navigator: { setAppBadge?(count: number): Promise<void> } };
  await navigator.setAppBadge?.(badge).catch(() => undefined); // 0 clears it; not every browser lets a page have one
}
