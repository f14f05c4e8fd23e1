import { SLOTS, slotStart } from '#libs/kernel';
import { aUser, anInstallation, app, holding, saveAll, type OpenRegistry } from '../opened-registry.contract.ts';
import type { Audience } from './audience.ts';
import { parseTagExpression } from './parse-tag-expression.ts';

const tags = (text: string): Audience => ({ kind: 'tags', expression: parseTagExpression(text) });
const everyone: Audience = { kind: 'everyone' };
const ageless: Audience = { kind: 'filter', filter: { attr: 'age', op: 'exists', value: false } };

/** What planning and previews ask of the installations. */
export function selectionContract(adapter: string, open: OpenRegistry) {
  describe(`${adapter} selecting an audience`, () => {
    const whole = { after: slotStart(app, 0), through: slotStart(app, SLOTS), firstSeenUntil: null, limit: 1_000, scanLimit: 20_000 };

    async function filled() {
      const opened = await open();
      const kim = aUser('kim', { tags: ['gold'] });
      const saved = [
        anInstallation('a', { tags: ['vip'], language: 'fr', ...holding('t') }),
        anInstallation('b', { owner: kim, tags: ['vip', 'muted'], platform: 'android', provider: 'fcm', language: 'en' }),
        anInstallation('c', { owner: kim, firstSeenAt: 50 }),
        anInstallation('gone', { tags: ['vip'], deletedAt: 1 }),
        anInstallation('a', { app: 'other', key: 'other:000:a', tags: ['vip'] }),
      ];
      for (const installation of saved) await opened.installations.save(installation, [], []);
      return opened;
    }

    it.each([
      ['vip', ['a', 'b']],
      ['gold', ['b', 'c']],
      ['vip && !muted', ['a']],
      ['gold || vip', ['a', 'b', 'c']],
      ['!gold', ['a']],
      ['$UserId:{kim} && !$InstallationId:{b}', ['c']],
      ['!$UserId:{kim}', ['a']],
      ['VIP', []],
      ['vi', []],
    ])('takes for %s the live installations %j', async (text, expected) => {
      const { installations } = await filled();

      const { matches, through } = await installations.select({ ...whole, audience: tags(text) });

      expect(matches.map(({ id }) => id).sort()).toEqual(expected);
      expect(through).toBe(whole.through);
      expect(await installations.countSelected(app, tags(text), null)).toBe(expected.length);
    });

    it('takes an expression as deep as one may be', async () => {
      const { installations } = await filled();
      const nested = (levels: number) => `${'nobody || vip && ('.repeat(levels)}!muted${')'.repeat(levels)}`;

      const { matches } = await installations.select({ ...whole, audience: tags(nested(31)) });

      expect(matches.map(({ id }) => id)).toEqual(['a']);
      expect(await installations.countSelected(app, tags(`!(${nested(29)})`), null)).toBe(2);
    });

    it.each([
      ['everyone', everyone],
      ['a tag', tags('vip')],
      ['a filter', ageless],
    ])('says of %s where the channel of the message is switched off', async (_, audience) => {
      const { installations } = await open();
      await installations.save(anInstallation('off', { tags: ['vip'], mutedChannels: ['other', "o'news"] }), [], []);
      await installations.save(anInstallation('on', { tags: ['vip'], mutedChannels: ['other'] }), [], []);
      const muted = async (channel?: string) => {
        const { matches } = await installations.select({ ...whole, audience, ...(channel !== undefined && { channel }) });
        return matches.filter(({ isMuted }) => isMuted).map(({ id }) => id);
      };

      expect([await muted("o'news"), await muted('news'), await muted()]).toEqual([['off'], [], []]);
    });

    it.each([
      ['everyone', everyone],
      ['a tag', tags('vip')],
      ['a filter', ageless],
    ])('says of %s in which time zone it is, where that is asked for', async (_, audience) => {
      const { installations } = await open();
      await installations.save(anInstallation('far', { tags: ['vip'], timeZone: 'Asia/Tokyo' }), [], []);
      await installations.save(anInstallation('who knows', { tags: ['vip'], timeZone: null }), [], []);

      const { matches } = await installations.select({ ...whole, audience, withTimeZone: true });

      expect(Object.fromEntries(matches.map(({ id, timeZone }) => [id, timeZone]))).toEqual({ far: 'Asia/Tokyo', 'who knows': null });
    });

    it('cuts at the time an installation was first seen', async () => {
      const { installations } = await filled();

      const { matches } = await installations.select({ ...whole, audience: everyone, firstSeenUntil: 49 });

      expect(matches.map(({ id }) => id).sort()).toEqual(['a', 'b']);
      expect(await installations.countSelected(app, everyone, 49)).toBe(2);
      expect(await installations.countSelected(app, everyone, 50)).toBe(3);
    });

    it('gives what planning decides on, and nothing more', async () => {
      const { installations } = await filled();

      const { matches } = await installations.select({ ...whole, audience: tags('$InstallationId:{a}'), withUser: true });

      const a = await installations.findById(app, 'a');
      expect(matches).toEqual([
        {
          key: a?.key, id: 'a', ownerEpoch: 0, provider: 'apns', subscription: 'subscribed', notificationsEnabled: false, hasToken: true,
          isMuted: false, timeZone: null, userId: a?.userId,
        },
      ]); // prettier-ignore
    });

    it('goes through a range in pages without gap or repeat, whatever limit ends them', async () => {
      const { installations } = await open();
      const all = Array.from({ length: 300 }, (_, n) => anInstallation(`i${n}`, n % 3 === 0 ? { tags: ['third'] } : {}));
      await saveAll(installations, all);
      const seen: string[] = [];
      let scanned = 0;

      let after = whole.after;
      while (after < whole.through) {
        const page = await installations.select({ ...whole, after, audience: tags('third'), limit: 7, scanLimit: 40 });
        expect(page.matches.length).toBeLessThanOrEqual(7);
        expect(page.scanned).toBeLessThanOrEqual(40);
        seen.push(...page.matches.map(({ key }) => key));
        scanned += page.scanned;
        after = page.through;
      }

      const thirds = all.filter(({ tags: own }) => own.includes('third')).map(({ key }) => key);
      expect(seen).toEqual(thirds.sort());
      expect(scanned).toBe(300);
    });

    it.each([1, 7, 150])('finds everybody who was there at an instant, %d a page, past those who are gone or came later', async (limit) => {
      const { installations } = await open();
      const all = Array.from({ length: 400 }, (_, n) =>
        anInstallation(`i${n}`, { deletedAt: n % 5 === 0 ? 1_000 : null, firstSeenAt: n % 7 === 0 ? 90 : 10 }),
      );
      await saveAll(installations, all);
      const seen: string[] = [];
      let scanned = 0;

      let after = whole.after;
      while (after < whole.through) {
        const page = await installations.select({ ...whole, after, audience: everyone, firstSeenUntil: 50, limit, scanLimit: 60 });
        expect(page.matches.length).toBeLessThanOrEqual(limit);
        expect(page.scanned).toBeLessThanOrEqual(60);
        expect(page.through > after).toBe(true);
        seen.push(...page.matches.map(({ key }) => key));
        scanned += page.scanned;
        after = page.through;
      }

      expect(seen).toEqual(all.flatMap(({ key, deletedAt, firstSeenAt }) => (deletedAt === null && firstSeenAt <= 50 ? [key] : [])).sort());
      expect(scanned).toBeGreaterThanOrEqual(seen.length);
    });

    it.each([
      ['everyone', everyone],
      ['a filter', ageless],
    ])('previews the exact numbers of %s with a sample', async (_, audience) => {
      const { installations } = await open();
      const [kim, gone] = [aUser('kim'), aUser('gone', { subscription: 'unsubscribed' })];
      await saveAll(installations, [
        anInstallation('a', { language: 'fr', appVersion: '4.2', notificationsEnabled: true, ...holding('t') }),
        anInstallation('b', { owner: kim, platform: 'android', provider: 'fcm', language: 'en', appVersion: '4.2' }),
        anInstallation('c', { owner: kim, ...holding('u'), notificationsEnabled: false }),
        anInstallation('d', { owner: gone, appVersion: '4.1', notificationsEnabled: true, ...holding('v') }),
        anInstallation('gone', { appVersion: '4.1', deletedAt: 1 }),
      ]);

      const preview = await installations.preview(app, audience, null);

      expect({ ...preview, sample: [...preview.sample].sort() }).toEqual({
        installations: 4,
        users: 3,
        reachable: 1,
        byPlatform: { ios: 3, android: 1 },
        byLanguage: { fr: 1, en: 1, unknown: 2 },
        byAppVersion: { '4.2': 2, '4.1': 1, unknown: 1 },
        sample: ['a', 'b', 'c', 'd'],
      });
    });

    it('previews the versions that many have, and the others together', async () => {
      const { installations } = await open();
      const versions = Array.from({ length: 120 }, (_, n) => (n < 100 ? [n, n, n] : [n])).flat();
      await saveAll(installations, versions.map((version, n) => anInstallation(`i${n}`, { appVersion: `1.${version}` }))); // prettier-ignore

      const { byAppVersion, installations: all } = await installations.preview(app, everyone, null);

      expect(Object.keys(byAppVersion)).toHaveLength(101);
      expect(byAppVersion).toMatchObject({ '1.0': 3, '1.99': 3, other: 20 });
      expect(Object.values(byAppVersion).reduce((sum, count) => sum + count, 0)).toBe(all);
    });

    it('previews more than one step takes: users once, ten in the sample', async () => {
      const { installations } = await open();
      const kim = aUser('kim');
      const twoOfThreeAreKims = (n: number) => (n % 3 === 0 ? {} : { owner: kim });
      const all = Array.from({ length: 4_500 }, (_, n) =>
        anInstallation(`i${n}`, { ...twoOfThreeAreKims(n), tags: n % 2 === 0 ? ['even'] : [] }),
      );
      await saveAll(installations, all);

      const preview = await installations.preview(app, tags('even'), null);

      expect(preview).toMatchObject({ installations: 2_250, users: 751, byPlatform: { ios: 2_250 } });
      expect(preview.sample).toHaveLength(10);
    });
  });
}
