import { thisBrowser } from './browser.ts';
import { Carillon, type WebSettings } from './carillon.ts';

export { CarillonError, type Registration, type Settings, type Subscription } from '../../device/src/index.ts';
export { type Carillon, type WebSettings } from './carillon.ts';
export { softPrompt, type SoftPrompt } from './soft-prompt.ts';

export interface PageSettings extends WebSettings {
  /** Where the site serves the SDK's worker from; `/carillon-service-worker.js` unless said. */
  readonly serviceWorker?: string;
  /** Which pages the worker is for; all below its file unless said. */
  readonly scope?: string;
}

/**
 * Once per page load: starts the session of a browser that is registered. It asks the person nothing, and a platform that does not answer disturbs no page:
 * `started` says how it went.
 */
export function init({ serviceWorker = '/carillon-service-worker.js', scope, ...settings }: PageSettings): Carillon & {
  readonly started: Promise<void>;
} {
  const browser = thisBrowser(serviceWorker, scope);
  const carillon = new Carillon(settings, browser);
  const started = carillon.start();
  started.catch(() => undefined); // whoever wants to know awaits it
  addEventListener('online', () => void carillon.reportWaiting());
  return Object.assign(carillon, { started });
}
