import { StaleRevision } from '#libs/kernel';
import type { AuditLine } from '../audit/audit-line.ts';
import type { StoredCredential } from './credential.ts';
import type { CredentialRepository } from './credential.repository.ts';

const aCredential = (facts: Partial<StoredCredential> = {}): StoredCredential => ({
  app: 'shop',
  provider: 'apns',
  revision: 1,
  simulated: false,
  bundleIds: ['app.shop'],
  sealed: 'v1.x',
  fingerprint: 'f',
  updatedAt: 1,
  ...facts,
});
const aLine = ({ app, provider, revision }: StoredCredential): AuditLine => ({
  id: `${app} ${provider} ${revision}`,
  at: revision,
  app,
  actor: 'admin:1',
  action: 'credential.set',
  target: provider,
});

export function credentialRepositoryContract(adapter: string, open: () => Promise<CredentialRepository>): void {
  describe(`${adapter} as a credential repository`, () => {
    it('keeps what was set before, and no longer than that is said', async () => {
      const credentials = await open();
      const first = aCredential();
      const { app: _app, provider: _provider, ...previous } = first;
      const second = aCredential({ revision: 2, simulated: true, previous });
      const third = aCredential({ revision: 3 });
      await credentials.save(first, aLine(first));
      await credentials.save(second, aLine(second));

      expect(await credentials.find('shop', 'apns')).toEqual(second);
      await credentials.save(third, aLine(third));
      expect(await credentials.find('shop', 'apns')).toEqual(third);
    });

    it('keeps one credential for an app and provider', async () => {
      const credentials = await open();
      const stored = [
        aCredential({ provider: 'fcm' }),
        aCredential({ expiresAt: 1_900_000_000_000 }),
        aCredential({ app: 'bank', simulated: true }),
      ];
      for (const credential of stored) await credentials.save(credential, aLine(credential));

      expect(await credentials.find('shop', 'apns')).toEqual(stored[1]);
      expect((await credentials.list('shop')).map(({ provider }) => provider)).toEqual(['apns', 'fcm']);
      expect(await credentials.find('bank', 'fcm')).toBeUndefined();
    });

    it('forgets when the credential before ended', async () => {
      const credentials = await open();
      const ending = aCredential({ expiresAt: 1_900_000_000_000 });
      await credentials.save(ending, aLine(ending));
      const next = aCredential({ revision: 2 });
      await credentials.save(next, aLine(next));

      expect(await credentials.find('shop', 'apns')).toEqual(next);
    });

    it('refuses a save built on an old revision', async () => {
      const credentials = await open();
      await credentials.save(aCredential(), aLine(aCredential()));
      const second = aCredential({ revision: 2, simulated: true });
      await credentials.save(second, aLine(second));

      await expect(credentials.save(aCredential(), aLine(aCredential()))).rejects.toThrow(StaleRevision);
      await expect(credentials.save(aCredential({ revision: 2 }), aLine(second))).rejects.toThrow(StaleRevision);

      expect(await credentials.find('shop', 'apns')).toEqual(second);
    });
  });
}
