import { PushToken } from '#libs/kernel';
import type { InstallationRepository } from '../installation.repository.ts';
import { app, fingerprintOf, Registry, type OpenedRegistry } from '../opened-registry.contract.ts';
import type { RegistrySettings } from '../registry-settings.ts';
import type { UserRepository } from '../user.repository.ts';
import { OLD_ANDROID, type Answer, type Shown, type Step, type Verdict } from './step.ts';

/** A registry as the model's histories use it: told in steps, its storage calls held up as the pace of a race asks, its users counted. */
export class ModelRegistry {
  readonly registry: Registry;
  /** Every user that was ever stored. */
  readonly users = new Set<string>();
  #pace: readonly number[] = [];
  #calls = 0;

  constructor(
    readonly opened: OpenedRegistry,
    readonly settings: RegistrySettings,
  ) {
    const users = this.#paced<UserRepository>(opened.users, (name, [user]) => {
      if (name === 'save') this.users.add((user as { userId: string }).userId);
    });
    this.registry = new Registry({ ...opened, installations: this.#paced<InstallationRepository>(opened.installations), users }, settings);
  }

  /** Starts both at once; each storage call of either waits for as many turns of the event loop as the pace says next. */
  async race(steps: readonly Step[], pace: readonly number[]): Promise<readonly Answer[]> {
    this.#pace = pace;
    this.#calls = 0;
    try {
      return await Promise.all(steps.map((step) => this.take(step)));
    } finally {
      this.#pace = [];
    }
  }

  async take(step: Step): Promise<Answer> {
    try {
      return await this.#run(step);
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === 'installation_not_found' || code === 'user_not_found') return code;
      throw error;
    }
  }

  async #run(step: Step): Promise<Answer> {
    const { registry, settings } = this;
    switch (step.kind) {
      case 'register': {
        const { device: installationId, by, user, verified, tags, provider } = step;
        const osVersion = installationId === OLD_ANDROID ? '12' : '14';
        const { created } = await registry.register.execute({
          app, installationId, by, ...tokenOf(step), startsSession: by === 'sdk', settings,
          fields: { platform: 'android', provider, osVersion, ...permissionOf(step), ...(tags && { tags }) },
          ...(user !== undefined && { externalId: user === null ? null : { value: user, verified } }),
        }); // prettier-ignore
        return created ? 'created' : 'updated';
      }
      case 'session':
        await registry.startSession.execute({ app, installationId: step.device, by: 'sdk', fields: permissionOf(step), ...tokenOf(step), settings }); // prettier-ignore
        return 'updated';
      case 'changeUser': {
        const externalId = { value: step.user, verified: step.verified };
        const { changed } = await registry.changeUser.execute({ app, installationId: step.device, externalId, settings });
        return changed ? 'changed' : 'same';
      }
      case 'detach': {
        const { changed } = await registry.detachUser.execute({ app, installationId: step.device, settings });
        return changed ? 'changed' : 'same';
      }
      case 'delete':
        return (await registry.removeInstallation.execute(app, step.device)) ? 'deleted' : 'nothing';
      case 'changeProvider': {
        const { provider } = await registry.installation(step.device);
        const fields = { provider: provider === 'fcm' ? 'hms' : 'fcm' } as const;
        await registry.register.execute({ app, installationId: step.device, by: 'server', fields, startsSession: false, settings });
        return 'done';
      }
      case 'deviceTags':
        await registry.changeInstallationTags.execute(app, step.device, step, { maxTags: 60 });
        return 'done';
      case 'subscribe':
        await registry.updateUser.execute(app, step.user, { subscription: step.subscription }, { create: step.create, maxTags: 60 });
        return 'done';
      case 'userTags':
        await registry.changeUserTags.execute(app, step.user, step, { maxTags: 60 });
        return 'done';
      case 'purge':
        return registry.purgeToken.execute(app, step.verdict.device, conditionOf(step.verdict), {
          reason: 'Unregistered', sendId: 's1', uninstalled: step.uninstalled,
        }); // prettier-ignore
      case 'suspect':
        return registry.markTokenSuspect.execute(app, step.verdict.device, conditionOf(step.verdict), 'MismatchSenderId');
      case 'replace':
        return registry.replaceToken.execute(app, step.verdict.device, conditionOf(step.verdict), new PushToken(step.token), {
          reason: 'token_moved', sendId: 's1',
        }); // prettier-ignore
    }
  }

  #paced<T extends object>(repository: T, note: (name: string, args: readonly unknown[]) => void = () => undefined): T {
    return new Proxy(repository, {
      get:
        (target, name) =>
        async (...args: unknown[]) => {
          for (let turns = this.#nextTurns(); turns > 0; turns -= 1) await new Promise((resolve) => setImmediate(resolve));
          note(String(name), args);
          return (Reflect.get(target, name) as (...given: unknown[]) => unknown).apply(target, args);
        },
    });
  }

  #nextTurns(): number {
    const turns = this.#pace[this.#calls % this.#pace.length] ?? 0;
    this.#calls += 1;
    return turns;
  }
}

function tokenOf({ token }: Shown) {
  return token === undefined ? {} : { token: token === null ? null : new PushToken(token) };
}

function permissionOf({ permission, enabled }: Shown) {
  return { ...(permission !== undefined && { permission }), ...(enabled !== undefined && { notificationsEnabled: enabled }) };
}

function conditionOf({ token, confirmedAt, since }: Verdict) {
  return { fingerprint: fingerprintOf(token), invalidSince: since, confirmedAt };
}
