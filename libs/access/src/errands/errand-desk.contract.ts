import type { ErrandDesk } from './errand-desk.ts';
import type { CheckResult, CredentialCheck } from './credential-check.ts';

const check: CredentialCheck = { app: 'shop', provider: 'apns', bundleIds: ['app.shop'], sealed: 'v1.x' };
const refused: CheckResult = {
  verdict: 'refused',
  findings: [{ level: 'error', reason: 'InvalidProviderToken', message: 'Apple knows no such key.', remedy: 'Take another.' }],
};
const longMs = 60_000;

export function errandDeskContract(adapter: string, open: () => Promise<{ asking: ErrandDesk; serving: ErrandDesk }>): void {
  describe(`${adapter} as a desk for errands`, () => {
    it('hands a check to whoever serves, and the answer back', async () => {
      const { asking, serving } = await open();
      const seen: CredentialCheck[] = [];
      const stop = serving.serve('credential_check', async (one) => {
        seen.push(one);
        return one.app === 'shop' ? refused : { verdict: 'accepted', findings: [] };
      });

      const answers = await Promise.all([
        asking.ask('credential_check', check, longMs),
        asking.ask('credential_check', { ...check, app: 'bank' }, longMs),
      ]);
      stop();

      expect(answers).toEqual([refused, { verdict: 'accepted', findings: [] }]);
      expect(seen.map(({ app }) => app).sort()).toEqual(['bank', 'shop']);
      expect(seen.find(({ app }) => app === 'shop')).toEqual(check);
    });

    it('gives each kind to those who do it', async () => {
      const { asking, serving } = await open();
      const stops = [
        serving.serve('credential_check', async () => refused),
        serving.serve('fcm_topic', async ({ installations }) => ({
          results: installations.map((installation) => ({ installation, outcome: 'done', reason: null })),
        })),
      ];

      const change = { app: 'shop', topic: 'news', change: 'subscribe', installations: ['a'] } as const;
      expect(await asking.ask('fcm_topic', change, longMs)).toEqual({ results: [{ installation: 'a', outcome: 'done', reason: null }] });
      expect(await asking.ask('credential_check', check, longMs)).toEqual(refused);
      for (const stop of stops) stop();
    });

    it('answers nothing where nobody serves, or serves no more', async () => {
      const { asking, serving } = await open();
      expect(await asking.ask('credential_check', check, 200)).toBeUndefined();

      serving.serve('credential_check', async () => refused)();

      expect(await asking.ask('credential_check', check, 200)).toBeUndefined();
    });
  });
}
