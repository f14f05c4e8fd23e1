// The shop's own page: what a site writes around the SDK, and what stands in for a vendor's push service, which a test does not reach.
import { init, softPrompt } from '/sdk.js';

const storage = globalThis.localStorage;
const curve = { name: 'ECDH', namedCurve: 'P-256' };

const base64Url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
const bytesOf = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0));
const text = (words) => new TextEncoder().encode(words);

/** A subscription with keys of this browser's own, kept as the browser keeps it. */
async function subscription(endpoint) {
  const known = storage.getItem(endpoint);
  if (known) return JSON.parse(known);
  const pair = await crypto.subtle.generateKey(curve, true, ['deriveBits']);
  const p256dh = base64Url(await crypto.subtle.exportKey('raw', pair.publicKey));
  const auth = base64Url(crypto.getRandomValues(new Uint8Array(16)));
  const made = { endpoint, keys: { p256dh, auth }, privateKey: await crypto.subtle.exportKey('jwk', pair.privateKey) };
  storage.setItem(endpoint, JSON.stringify(made));
  return made;
}

globalThis.shop = {
  /** The start of a page. `endpoint`: what the push service gives to who subscribes. */
  async open(settings, endpoint) {
    storage.setItem('endpoint', endpoint);
    storage.setItem('settings', JSON.stringify(settings));
    // A browser without a screen has no dialog: here is the person who says yes to it.
    Notification.requestPermission = async () => {
      this.askedInGesture = navigator.userActivation.isActive;
      await globalThis.personAllows();
      return Notification.permission;
    };
    PushManager.prototype.subscribe = async () => {
      const { keys } = await subscription(endpoint);
      return { toJSON: () => ({ endpoint, expirationTime: null, keys }) };
    };
    const userToken = (user) => fetch(`/token?user=${user}`).then((answer) => answer.text());
    this.carillon = init({ ...settings, userToken });
    const byId = (id) => document.getElementById(id);
    await softPrompt(this.carillon, {
      element: byId('question'),
      accept: byId('yes'),
      decline: byId('no'),
      onAnswer: (permission, error) => (document.title = error ? error.message : permission),
    });
    await this.carillon.started.catch(() => undefined);
  },

  /** What a method of the SDK answers, or the code of its refusal. */
  call(method, ...given) {
    return this.carillon[method](...given).catch(({ code }) => code);
  },

  /** Opens a push as a browser does (RFC 8291), with the keys that nobody else has. */
  async decrypt(sealed) {
    const { keys, privateKey } = await subscription(storage.getItem('endpoint'));
    const body = bytesOf(sealed);
    const [salt, sender, record] = [body.slice(0, 16), body.slice(21, 86), body.slice(86)];
    const own = await crypto.subtle.importKey('jwk', privateKey, curve, false, ['deriveBits']);
    const theirs = await crypto.subtle.importKey('raw', sender, curve, false, []);
    const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, own, 256);
    const derive = async (from, salted, info, bytes) => {
      const key = await crypto.subtle.importKey('raw', from, 'HKDF', false, ['deriveBits']);
      return crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: salted, info }, key, bytes * 8);
    };
    const info = new Uint8Array([...text('WebPush: info\0'), ...bytesOf(keys.p256dh), ...sender]);
    const input = await derive(shared, bytesOf(keys.auth), info, 32);
    const contentKey = await derive(input, salt, text('Content-Encoding: aes128gcm\0'), 16);
    const iv = await derive(input, salt, text('Content-Encoding: nonce\0'), 12);
    const key = await crypto.subtle.importKey('raw', contentKey, 'AES-GCM', false, ['decrypt']);
    const padded = new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, record));
    return new TextDecoder().decode(padded.slice(0, padded.lastIndexOf(2)));
  },

  /** A browser without a screen has nobody who clicks on a notification: the worker is told that somebody did. */
  async gesture(event) {
    const { active } = await navigator.serviceWorker.ready;
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data)));
    active.postMessage(event, [port2]);
    return answer;
  },

  /** As a site would that does not wait for a click. */
  async askAtOnce() {
    await this.open(JSON.parse(storage.getItem('settings')), storage.getItem('endpoint'));
    document.title = await this.call('requestPermission');
  },

  /** Receipts that nobody was told of yet. */
  waiting() {
    return new Promise((resolve, reject) => {
      const opened = indexedDB.open('carillon', 1);
      opened.onerror = reject;
      opened.onsuccess = () => {
        const found = opened.result.transaction('receipts').objectStore('receipts').getAll();
        found.onsuccess = () => resolve(found.result);
      };
    });
  },

  async shown() {
    const registration = await navigator.serviceWorker.ready;
    return (await registration.getNotifications()).map(({ title, body }) => ({ title, body }));
  },
};

if (location.search === '?ask') void globalThis.shop.askAtOnce();
