import { DEMO_APP } from '#libs/access';
import { installationKey, isoTimeOrNull } from '#libs/kernel';
import type { InstallationRepository } from '#libs/registry';
import { demoInstallation, type DemoInstallation } from './demo-population.ts';

/** The dozen that the page shows: the cast, some of the crowd on every kind of platform and by every provider, two whose tokens are dead. */
const shown: readonly DemoInstallation[] = [0, 1, 2, 3, 4, 7, 8, 15, 23, 69, 97, 1778].map(demoInstallation);

export interface DemoPhone {
  readonly id: string;
  readonly user: string | null;
  readonly platform: string;
  readonly locale: string | null;
  /** Why nothing can ring here; null when it can. */
  readonly silentBecause: string | null;
  /** The provider has called its token dead, or will. */
  readonly since: string | null;
}

/** What the page's phones are, as the registry knows them now. */
export class DemoPhones {
  constructor(private readonly installations: InstallationRepository) {}

  async list(): Promise<readonly DemoPhone[]> {
    const found = await this.installations.findByKeys(shown.map(({ id }) => installationKey(DEMO_APP, id)));
    const byId = new Map(found.map((installation) => [installation.id, installation]));
    return shown.flatMap(({ id, platform }) => {
      const installation = byId.get(id);
      if (!installation) return [];
      const { token, tokenLostReason, tokenLostAt, notificationsEnabled, subscription, externalId, locale } = installation;
      const silentBecause =
        token === null
          ? (tokenLostReason ?? 'no token')
          : subscription === 'unsubscribed'
            ? 'unsubscribed'
            : notificationsEnabled
              ? null
              : 'notifications off';
      return [{ id, user: externalId, platform, locale, silentBecause, since: isoTimeOrNull(tokenLostAt) }];
    });
  }

  tokens(): ReadonlyMap<string, string> {
    return new Map(shown.map(({ token, id }) => [token, id]));
  }
}
