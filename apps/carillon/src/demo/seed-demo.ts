import { DEMO_APP, defaultSettings, type AppRepository, type CredentialRepository } from '#libs/access';
import { BUILT_PROVIDERS, PushToken, uuid5, type Clock, type Fingerprinter, type ProviderName } from '#libs/kernel';
import { DEFAULT_REGISTRY_SETTINGS, type PurgeToken, type RegisterInstallation, type UpdateUser } from '#libs/registry';
import { LOST, UNSUBSCRIBED, demoInstallations, type DemoInstallation } from './demo-population.ts';

const settings = DEFAULT_REGISTRY_SETTINGS;

/** Fills an empty store with the app `demo`. A start that was cut short is finished by the next: every step may be repeated. */
export class SeedDemo {
  constructor(
    private readonly apps: AppRepository,
    private readonly credentials: CredentialRepository,
    private readonly registerInstallation: RegisterInstallation,
    private readonly updateUser: UpdateUser,
    private readonly purgeToken: PurgeToken,
    private readonly fingerprinter: Fingerprinter,
    private readonly clock: Clock,
  ) {}

  /** The store holds no app yet: this is a first start. */
  async isWanted(): Promise<boolean> {
    return (await this.apps.list(undefined, 1)).length === 0;
  }

  /** Registers so many at once. */
  async execute(atOnce: number): Promise<void> {
    for (const provider of BUILT_PROVIDERS) await this.#credential(provider);
    const population = demoInstallations();
    const registerRest = async () => {
      for (const one of population) await this.#register(one);
    };
    await Promise.all(Array.from({ length: atOnce }, registerRest));
    await this.updateUser.execute(DEMO_APP, UNSUBSCRIBED, { subscription: 'unsubscribed' }, { create: false, maxTags: settings.maxTags });
    await this.#loseToken();
    await this.#app(); // last: the app is there only when its population is
  }

  async #app(): Promise<void> {
    const now = this.clock.now();
    const app = {
      id: DEMO_APP,
      name: 'Demo',
      sdkAuth: 'required',
      sdkKeys: [],
      settings: defaultSettings,
      simulatedOnly: true,
      createdAt: now,
      revision: 1,
    } as const;
    await this.apps.save(app, {
      id: uuid5('demo', 'app'),
      at: now,
      app: DEMO_APP,
      actor: 'system',
      action: 'app.created',
      target: DEMO_APP,
    });
  }

  async #credential(provider: ProviderName): Promise<void> {
    if (await this.credentials.find(DEMO_APP, provider)) return;
    const now = this.clock.now();
    await this.credentials.save(
      { app: DEMO_APP, provider, revision: 1, simulated: true, bundleIds: [`app.${DEMO_APP}`], updatedAt: now },
      { id: uuid5('demo', provider), at: now, app: DEMO_APP, actor: 'system', action: 'credential.set', target: provider },
    );
  }

  async #register(one: DemoInstallation): Promise<void> {
    const { id, externalId, platform, provider, token, permission, locale, tags, model, osVersion, firstName, attributes } = one;
    await this.updateUser.execute(
      DEMO_APP,
      externalId,
      { attributes: { firstName, ...attributes } },
      { create: true, maxTags: settings.maxTags },
    );
    await this.registerInstallation.execute({
      app: DEMO_APP,
      installationId: id,
      by: 'sdk',
      fields: {
        platform,
        provider,
        permission,
        locale,
        tags,
        model,
        osVersion,
        appVersion: '1.0.0',
        timeZone: locale.startsWith('fr') ? 'Europe/Paris' : 'Europe/London',
      },
      token: new PushToken(token),
      externalId: { value: externalId, verified: true },
      startsSession: true,
      settings,
    });
  }

  /** One device of the user whom nobody reaches: its provider called the token dead before the demo began. */
  async #loseToken(): Promise<void> {
    for (const { id, token } of demoInstallations()) {
      if (id !== LOST) continue;
      const condition = { fingerprint: this.fingerprinter.of(new PushToken(token)), invalidSince: this.clock.now() + 1, confirmedAt: 0 };
      await this.purgeToken.execute(DEMO_APP, LOST, condition, { reason: 'UNREGISTERED', sendId: null });
      return;
    }
  }
}
