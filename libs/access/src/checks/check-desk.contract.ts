import type { CheckDesk } from './check-desk.ts';
import type { CheckResult, CredentialCheck } from './credential-check.ts';

const check: CredentialCheck = { app: 'shop', provider: 'apns', bundleIds: ['app.shop'], sealed: 'v1.x' };
const refused: CheckResult = {
  verdict: 'refused',
  findings: [{ level: 'error', reason: 'InvalidProviderToken', message: 'Apple knows no such key.', remedy: 'Take another.' }],
};
const longMs = 60_000;

export function checkDeskContract(adapter: string, open: () => Promise<{ asking: CheckDesk; serving: CheckDesk }>): void {
  describe(`${adapter} as a desk for checks of credentials`, () => {
    it('hands a check to whoever serves, and the answer back', async () => {
      const { asking, serving } = await open();
      const seen: CredentialCheck[] = [];
      const stop = serving.serve(async (one) => {
        seen.push(one);
        return one.app === 'shop' ? refused : { verdict: 'accepted', findings: [] };
      });

      const answers = await Promise.all([asking.ask(check, longMs), asking.ask({ ...check, app: 'bank' }, longMs)]);
      stop();

      expect(answers).toEqual([refused, { verdict: 'accepted', findings: [] }]);
      expect(seen.map(({ app }) => app).sort()).toEqual(['bank', 'shop']);
      expect(seen.find(({ app }) => app === 'shop')).toEqual(check);
    });

    it('answers nothing where nobody serves, or serves no more', async () => {
      const { asking, serving } = await open();
      expect(await asking.ask(check, 200)).toBeUndefined();

      serving.serve(async () => refused)();

      expect(await asking.ask(check, 200)).toBeUndefined();
    });
  });
}
