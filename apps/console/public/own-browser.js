// "Ring my own browser": this very browser as an installation of the app, by the library that customers' pages use.
import { $, app, call } from './api.js';
import { ringText } from './words.js';

let carillon = null;
let installation = null;

/** Registers this browser; the click is the gesture that the browser's own question needs. */
async function register(event) {
  event.preventDefault();
  await told(async () => {
    const { init } = await import('./carillon-web.js').catch(() => {
      throw new Error(ringText.notBuilt);
    });
    carillon = init({ url: location.origin, app: $('app').value, key: $('sdk-key').value.trim() });
    const permission = await carillon.requestPermission();
    if (permission !== 'granted') return ringText[permission];
    installation = await carillon.installationId();
    const { tokenFingerprint } = await call('GET', `/v1/apps/${app()}/installations/${installation}`);
    if (!tokenFingerprint) return ringText.noKeys;
    $('ring').disabled = false;
    return ringText.registered(installation);
  });
}

/** Sends the composer's message to this browser and to nobody else. */
export function ringWith(message) {
  return told(async () => {
    const body = { to: { installations: [installation] }, message: message() };
    const { counts } = await call('POST', `/v1/apps/${app()}/sends`, body, { prefer: 'wait=20', 'idempotency-key': crypto.randomUUID() });
    return counts.accepted === 1 ? ringText.accepted : ringText.notAccepted;
  });
}

async function told(work) {
  $('own-browser-problem').hidden = true;
  try {
    $('own-browser-said').textContent = await work();
  } catch (error) {
    $('own-browser-problem').textContent = error.message;
    $('own-browser-problem').hidden = false;
  }
}

$('own-browser').addEventListener('submit', register);
