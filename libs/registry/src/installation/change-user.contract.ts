import { app, fingerprintOf, Registry, type OpenRegistry } from '../opened-registry.contract.ts';
import { InstallationNotFound } from '../registry-errors.ts';
import { charliesPhone, suppressionIn } from './charlies-phone.contract.ts';

/** R22 to R29a: whose an installation is. */
export function changeUserContract(adapter: string, open: OpenRegistry) {
  const opened = async (settings = {}) => new Registry(await open(), settings);

  describe(`Identity on ${adapter}: Charlie and Kim`, () => {
    it('R22, R23, R26, R27: the token goes from Charlie to Kim and back, with each change in the ledger', async () => {
      const registry = await charliesPhone(open);

      await registry.logIn('phone', 'kim');
      expect(await registry.registeredOf('charlie')).toEqual([]);
      expect(await registry.registeredOf('kim')).toEqual(['phone']);
      await registry.start('phone', 't');
      expect(await registry.registeredOf('kim')).toEqual(['phone']);
      await registry.logIn('phone', 'charlie');
      expect(await registry.registeredOf('charlie')).toEqual(['phone']);
      expect(await registry.registeredOf('kim')).toEqual([]);

      const charlie = await registry.user('charlie');
      const { items } = await registry.opened.ledger.ofUser(app, charlie.userId, 10);
      expect(items.map(({ event, fromExternalId, toExternalId }) => `${event} ${fromExternalId ?? '-'}>${toExternalId ?? '-'}`)).toEqual([
        'moved kim>charlie', 'moved charlie>kim', 'moved ->charlie', 'registered ->-',
      ]); // prettier-ignore
      expect(new Set(items.map(({ tokenFingerprint }) => tokenFingerprint))).toEqual(new Set([fingerprintOf('t')]));
    });

    it('R22: says so in an event, with the epoch that the dispatcher compares (R29)', async () => {
      const registry = await charliesPhone(open);

      const { installation } = await registry.logIn('phone', 'kim');

      const last = (await registry.opened.published()).filter(({ type }) => type === 'installation.user_changed.v1').at(-1);
      expect(last?.data).toMatchObject({
        externalId: 'kim',
        previousExternalId: 'charlie',
        ownerEpoch: 1,
        revision: installation.revision,
      });
      expect(installation.ownerEpoch).toBe(1);
    });

    it('R22: a user named in the registration itself goes the same way, token included', async () => {
      const registry = await charliesPhone(open);

      const { installation } = await registry.start('phone', 't2', {}, { externalId: { value: 'kim', verified: true } });

      expect(installation).toMatchObject({ externalId: 'kim', userVerified: true, ownerEpoch: 1, tokenFingerprint: fingerprintOf('t2') });
      expect((await registry.ledgerOf('phone')).slice(0, 3)).toEqual([
        'refreshed ->kim -',
        'removed kim>- replaced',
        'moved charlie>kim user_changed',
      ]);
    });

    it('R22a: tags and attributes of the installation go with the person, with a ledger line; those of the user stay with the user', async () => {
      const registry = await charliesPhone(open);
      await registry.start('phone', 't', { tags: ['vip'], attributes: { plan: 'pro' }, pushVariables: { name: 'Charlie' } });
      await registry.updateUser.execute(app, 'charlie', { tags: ['gold'] }, { create: false, maxTags: 60 });

      const { installation } = await registry.logIn('phone', 'kim');

      expect(installation).toMatchObject({ tags: [], attributes: {}, pushVariables: {}, userTags: [] });
      expect((await registry.ledgerOf('phone'))[0]).toBe('moved charlie>kim user_changed_and_cleared');
      expect((await registry.user('charlie')).tags).toEqual(['gold']);
    });

    it('R22a: a detach clears too, and an app may keep them', async () => {
      const registry = await charliesPhone(open);
      await registry.start('phone', 't', { tags: ['vip'] });
      await registry.detachUser.execute({ app, installationId: 'phone', settings: registry.settings });
      expect((await registry.installation('phone')).tags).toEqual([]);

      const keeping = await charliesPhone(open, { onUserChange: 'keep' });
      await keeping.start('phone', 't', { tags: ['vip'] });
      expect((await keeping.logIn('phone', 'kim')).installation.tags).toEqual(['vip']);
    });

    it("R23: Charlie's other devices are untouched", async () => {
      const registry = await charliesPhone(open);
      await registry.start('tablet', 't2');
      await registry.logIn('tablet', 'charlie');

      await registry.logIn('phone', 'kim');

      expect(await registry.registeredOf('charlie')).toEqual(['tablet']);
    });

    it('R24: Charlie stays opted in without a token', async () => {
      const registry = await charliesPhone(open);
      await registry.subscribe('charlie', 'opted_in');

      await registry.logIn('phone', 'kim');

      expect((await registry.user('charlie')).subscription).toBe('opted_in');
      expect((await registry.user('kim')).subscription).toBe('subscribed');
    });

    it('R25: unsubscribed Kim holds the token and is not reachable', async () => {
      const registry = await charliesPhone(open);
      await registry.subscribe('kim', 'unsubscribed');

      await registry.logIn('phone', 'kim');

      expect(await registry.registeredOf('kim')).toEqual(['phone']);
      expect(await suppressionIn(registry, 'phone')).toBe('unsubscribed');
    });

    it('R28: looking a token up finds its one current owner', async () => {
      const registry = await charliesPhone(open);
      const owner = async () => (await registry.opened.installations.findByFingerprint(app, 'apns', fingerprintOf('t')))?.externalId;

      expect(await owner()).toBe('charlie');
      await registry.logIn('phone', 'kim');
      expect(await owner()).toBe('kim');
    });

    it('R29a: two changes of user racing end with one owner, and the ledger tells both in order', async () => {
      const registry = await opened();
      await registry.start('phone', 't');

      await Promise.all([registry.logIn('phone', 'charlie'), registry.logIn('phone', 'kim')]);

      const { items } = await registry.opened.ledger.ofInstallation(app, 'phone', 10);
      const moves = items.filter(({ event }) => event === 'moved').reverse();
      const final = await registry.installation('phone');
      expect(moves.map(({ toExternalId }) => toExternalId).sort()).toEqual(['charlie', 'kim']);
      expect(moves[1]).toMatchObject({ fromUser: moves[0]?.toUser, toUser: final.userId, toExternalId: final.externalId });
      expect(await registry.registeredOf(final.externalId ?? '')).toEqual(['phone']);
      expect(await registry.registeredOf(moves[0]?.toExternalId ?? '')).toEqual([]);
      expect(final.ownerEpoch).toBe(1);
    });

    it('R29a: many devices that log in as a new user at once make one user', async () => {
      const registry = await opened();
      const ids = Array.from({ length: 6 }, (_, n) => `phone${n}`);
      for (const id of ids) await registry.start(id, `t-${id}`);

      await Promise.all(ids.map((id) => registry.logIn(id, 'kim')));

      const { user } = await registry.findUser.execute(app, 'kim');
      const installations = await Promise.all(ids.map((id) => registry.installation(id)));
      expect(new Set(installations.map(({ userId }) => userId))).toEqual(new Set([user.userId]));
      expect(await registry.opened.users.findMerged(10)).toEqual([]);
    });

    it('refuses a change of user on an installation nobody registered', async () => {
      const registry = await opened();

      await expect(registry.logIn('nobody', 'kim')).rejects.toThrow(InstallationNotFound);
    });
  });
}
