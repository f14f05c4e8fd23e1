import { Registry, type OpenRegistry } from '../opened-registry.contract.ts';
import type { RegistrySettings } from '../registry-settings.ts';
import { suppressionOf } from '../user/reachability.ts';

/** A registry in which Charlie is logged in on the phone `phone`, which holds the token `t`. */
export async function charliesPhone(open: OpenRegistry, settings: Partial<RegistrySettings> = {}): Promise<Registry> {
  const registry = new Registry(await open(), settings);
  await registry.start('phone', 't');
  await registry.logIn('phone', 'charlie');
  return registry;
}

/** Why a send to everyone who is subscribed would leave an installation out. */
export async function suppressionIn(registry: Registry, id: string) {
  const installation = await registry.installation(id);
  return suppressionOf({ ...installation, hasToken: installation.token !== null }, { subscription: 'subscribed', silent: false });
}
