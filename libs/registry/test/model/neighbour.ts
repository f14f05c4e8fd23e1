import { PushToken } from '#libs/kernel';
import { fingerprintOf } from '../../src/opened-registry.contract.ts';
import type { ModelRegistry } from './model-registry.ts';
import { ALIASES, DEVICES, TOKENS, USERS } from './model-state.ts';
import { aliasOf } from './take-step.ts';

const app = 'another';

/** Another app whose devices, people, aliases and tokens are called the same: nothing that happens in the first one is seen there. */
export class Neighbour {
  private constructor(
    private readonly real: ModelRegistry,
    private readonly before: unknown,
  ) {}

  static async settle(real: ModelRegistry): Promise<Neighbour> {
    const { registry } = real;
    for (const [at, installationId] of DEVICES.entries()) {
      const [name, token] = [USERS[at], TOKENS[at]];
      await registry.register.execute({
        app,
        installationId,
        by: 'sdk',
        fields: { platform: 'android', provider: 'fcm', osVersion: '14', permission: 'granted', tags: ['a'] },
        ...(token !== undefined && { token: new PushToken(`fcm-${token}`) }),
        ...(name !== undefined && { externalId: { value: name, verified: true } }),
        startsSession: true,
        settings: registry.settings,
      });
    }
    const [first] = USERS;
    const { user } = await registry.findUser.execute(app, first);
    await registry.changeAliases.execute(user, ALIASES.map(aliasOf));
    return new Neighbour(real, await read(real));
  }

  async expectUntouched(): Promise<void> {
    expect(await read(this.real)).toEqual(this.before);
  }
}

async function read({ opened }: ModelRegistry): Promise<unknown> {
  const { installations, users, ledger, aliases } = opened;
  return {
    installations: await Promise.all(DEVICES.map((id) => installations.findWithTombstone(app, id))),
    ledger: await Promise.all(DEVICES.map((id) => ledger.ofInstallation(app, id, 100))),
    users: await Promise.all(USERS.map((externalId) => users.findByExternalId(app, externalId))),
    holders: await Promise.all(TOKENS.map((token) => installations.findByFingerprint(app, 'fcm', fingerprintOf(`fcm-${token}`)))),
    aliases: await Promise.all(ALIASES.map((name) => aliases.find(app, aliasOf(name)))),
  };
}
