import { PushToken } from '#libs/kernel';
import { ACTIVITY_KEPT_MS, MAX_ACTIVITY_TOKENS, type ActivityPlace, type ActivityToken } from './activity-token.ts';
import { tombstone } from '../installation/registration.ts';
import { anInstallation, app, type OpenRegistry, type OpenedRegistry } from '../opened-registry.contract.ts';
import type { ActivityTokens } from './activity-tokens.ts';

function aToken(changes: Partial<ActivityToken> = {}): ActivityToken {
  return {
    ...{ app: 'shop', installationId: 'p1', place: 'activity:order-1', token: new PushToken('ab'.repeat(32)), fingerprint: 'f1' },
    ...{ ownerEpoch: 0, registeredAt: 1_000, expiresAt: 1_000 + ACTIVITY_KEPT_MS },
    ...changes,
  };
}

export function activityTokensContract(adapter: string, open: OpenRegistry): void {
  describe(`${adapter} as a store of tokens of Live Activities`, () => {
    let tokens: ActivityTokens;
    let opened: OpenedRegistry;

    beforeEach(async () => {
      opened = await open();
      tokens = opened.activities;
    });

    const shown = async (ids: readonly string[], place: ActivityPlace = 'activity:order-1') =>
      (await tokens.of('shop', ids, place)).map(
        (token) => token && [token.installationId, token.fingerprint, token.token.reveal().slice(0, 2)],
      );

    it('keeps one for each installation and place, the latest', async () => {
      await tokens.put(aToken());
      await tokens.put(aToken({ fingerprint: 'f2', token: new PushToken('cd'.repeat(32)), expiresAt: null }));
      await tokens.put(aToken({ installationId: 'p2', fingerprint: 'f3' }));
      await tokens.put(aToken({ place: 'start:Order', fingerprint: 'f4' }));
      await tokens.put(aToken({ app: 'bank', fingerprint: 'f5' }));

      expect(await shown(['p2', 'none', 'p1'])).toEqual([['p2', 'f3', 'ab'], undefined, ['p1', 'f2', 'cd']]);
      expect(await shown(['p1'], 'start:Order')).toEqual([['p1', 'f4', 'ab']]);
      expect((await tokens.at('shop', 'activity:order-1', 10)).map(({ installationId }) => installationId)).toEqual(['p1', 'p2']);
      expect(await tokens.at('shop', 'activity:order-1', 1)).toEqual([
        aToken({ fingerprint: 'f2', token: new PushToken('cd'.repeat(32)), expiresAt: null }),
      ]);
    });

    it('removes one, or that very one and no newer', async () => {
      await tokens.put(aToken());

      expect(await tokens.remove('shop', 'p1', 'activity:order-1', { fingerprint: 'other', registeredBy: 9_000 })).toBe(false);
      expect(await tokens.remove('shop', 'p1', 'activity:order-1', { fingerprint: 'f1', registeredBy: 999 })).toBe(false);
      expect(await tokens.remove('shop', 'p1', 'activity:order-1', { fingerprint: 'f1', registeredBy: 1_000 })).toBe(true);
      expect(await tokens.remove('shop', 'p1', 'activity:order-1')).toBe(false);
      await tokens.put(aToken());
      expect(await tokens.remove('shop', 'p1', 'activity:order-1')).toBe(true);
      expect(await shown(['p1'])).toEqual([undefined]);
    });

    it('erases those of an installation that is deleted, and no others', async () => {
      const { installations } = opened;
      const [p1, p2] = ['p1', 'p2'].map((id) => anInstallation(id));
      for (const one of [p1, p2]) if (one) await installations.save(one, [], []);
      for (const installationId of ['p1', 'p2']) await tokens.put(aToken({ app, installationId }));

      if (p1) await installations.save({ ...p1, ...tombstone(5), revision: p1.revision + 1 }, [], []);

      const left = await tokens.of(app, ['p1', 'p2'], 'activity:order-1');
      expect(left.map((token) => token?.installationId)).toEqual([undefined, 'p2']);
    });

    it('drops those whose time is over, so many at a time, and of one installation all but the newest', async () => {
      for (const n of [1, 2, 3]) await tokens.put(aToken({ installationId: `p${n}`, expiresAt: n }));
      await tokens.put(aToken({ installationId: 'p4', expiresAt: null }));
      expect(await tokens.dropExpired(2, 1)).toBe(1);
      expect(await tokens.dropExpired(2, 10)).toBe(1);
      expect(await tokens.dropExpired(2, 10)).toBe(0);
      expect((await shown(['p1', 'p2', 'p3', 'p4'])).map((one) => one?.[0])).toEqual([undefined, undefined, 'p3', 'p4']);

      for (let n = 0; n <= MAX_ACTIVITY_TOKENS; n += 1) await tokens.put(aToken({ place: `activity:${n}`, registeredAt: 10 + n }));
      expect(await shown(['p1'], 'activity:0')).toEqual([undefined]);
      expect((await shown(['p1'], `activity:${MAX_ACTIVITY_TOKENS}`))[0]?.[0]).toBe('p1');
    });
  });
}
