import type { Settings } from '../../device/src/index.ts';
import type { NativeBridge } from './bridge.ts';
import { Carillon } from './carillon.ts';

export { CarillonError, type Registration, type Settings, type Subscription } from '../../device/src/index.ts';
export {
  bridgeOf,
  type NativeBridge,
  type NativeEvents,
  type NativeFacts,
  type NativeModule,
  type Permission,
  type PushEvent,
} from './bridge.ts';
export type { Carillon, Message } from './carillon.ts';

/**
 * Once per start of the app: starts the session of a device that is registered. It asks the person nothing, and a platform that does not answer holds up no
 * app: `started` says how it went.
 */
export function init({
  bridge,
  ...settings
}: Settings & { readonly bridge: NativeBridge }): Carillon & { readonly started: Promise<void> } {
  const carillon = new Carillon(settings, { bridge, fetch: (...given) => fetch(...given), now: () => Date.now() });
  const started = carillon.start();
  started.catch(() => undefined); // whoever wants to know awaits it
  return Object.assign(carillon, { started });
}
