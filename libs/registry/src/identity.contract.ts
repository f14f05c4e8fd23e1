import { suppressionOf } from './rules/suppression.ts';
import { app, fingerprintOf, Registry, type OpenRegistry } from './opened-registry.contract.ts';
import { InstallationNotFound, UserNotFound } from './registry-errors.ts';
import { DEFAULT_REGISTRY_SETTINGS } from './registry-settings.ts';

/** R22 to R40: whose an installation is, and what that person wishes. */
export function identityContract(adapter: string, open: OpenRegistry) {
  const opened = async (settings = {}) => new Registry(await open(), { ...DEFAULT_REGISTRY_SETTINGS, ...settings });
  const isSuppressed = async (registry: Registry, id: string) => {
    const installation = await registry.installation(id);
    return suppressionOf({ ...installation, hasToken: installation.token !== null }, { subscription: 'subscribed', silent: false });
  };

  async function charliesPhone(settings = {}) {
    const registry = await opened(settings);
    await registry.start('phone', 't');
    await registry.logIn('phone', 'charlie');
    return registry;
  }

  describe(`Identity on ${adapter}: Charlie and Kim`, () => {
    it('R22, R23, R26, R27: the token goes from Charlie to Kim and back, with each change in the ledger', async () => {
      const registry = await charliesPhone();

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
      const registry = await charliesPhone();

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
      const registry = await charliesPhone();

      const { installation } = await registry.start('phone', 't2', {}, { externalId: { value: 'kim', verified: true } });

      expect(installation).toMatchObject({ externalId: 'kim', userVerified: true, ownerEpoch: 1, tokenFingerprint: fingerprintOf('t2') });
      expect((await registry.ledgerOf('phone')).slice(0, 3)).toEqual([
        'refreshed ->kim -',
        'removed kim>- replaced',
        'moved charlie>kim user_changed',
      ]);
    });

    it('R22a: tags and attributes of the installation go with the person, with a ledger line; those of the user stay with the user', async () => {
      const registry = await charliesPhone();
      await registry.start('phone', 't', { tags: ['vip'], attributes: { plan: 'pro' } });
      await registry.updateUser.execute(app, 'charlie', { tags: ['gold'] }, { create: false, maxTags: 60 });

      const { installation } = await registry.logIn('phone', 'kim');

      expect(installation).toMatchObject({ tags: [], attributes: {}, userTags: [] });
      expect((await registry.ledgerOf('phone'))[0]).toBe('moved charlie>kim user_changed_and_cleared');
      expect((await registry.user('charlie')).tags).toEqual(['gold']);
    });

    it('R22a: a detach clears too, and an app may keep them', async () => {
      const registry = await charliesPhone();
      await registry.start('phone', 't', { tags: ['vip'] });
      await registry.detachUser.execute({ app, installationId: 'phone', settings: registry.settings });
      expect((await registry.installation('phone')).tags).toEqual([]);

      const keeping = await charliesPhone({ onUserChange: 'keep' });
      await keeping.start('phone', 't', { tags: ['vip'] });
      expect((await keeping.logIn('phone', 'kim')).installation.tags).toEqual(['vip']);
    });

    it("R23: Charlie's other devices are untouched", async () => {
      const registry = await charliesPhone();
      await registry.start('tablet', 't2');
      await registry.logIn('tablet', 'charlie');

      await registry.logIn('phone', 'kim');

      expect(await registry.registeredOf('charlie')).toEqual(['tablet']);
    });

    it('R24: Charlie stays opted in without a token', async () => {
      const registry = await charliesPhone();
      await registry.subscribe('charlie', 'opted_in');

      await registry.logIn('phone', 'kim');

      expect((await registry.user('charlie')).subscription).toBe('opted_in');
      expect((await registry.user('kim')).subscription).toBe('subscribed');
    });

    it('R25: unsubscribed Kim holds the token and is not reachable', async () => {
      const registry = await charliesPhone();
      await registry.subscribe('kim', 'unsubscribed');

      await registry.logIn('phone', 'kim');

      expect(await registry.registeredOf('kim')).toEqual(['phone']);
      expect(await isSuppressed(registry, 'phone')).toBe('unsubscribed');
    });

    it('R28: looking a token up finds its one current owner', async () => {
      const registry = await charliesPhone();
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

  describe(`Identity on ${adapter}: merging`, () => {
    it('R30: an anonymous user becomes the new known one; tags, tokens and plans stay', async () => {
      const registry = await opened();
      const { installation: before } = await registry.start('phone', 't', { tags: ['vip'] });

      const { installation } = await registry.logIn('phone', 'kim');

      expect(installation).toMatchObject({ userId: before.userId, externalId: 'kim', tags: ['vip'], ownerEpoch: 0, userVerified: true });
      expect((await registry.ledgerOf('phone'))[0]).toBe('moved ->kim identified');
    });

    it('R31: an anonymous user with a token becomes an existing user who has another: both are kept, the anonymous one goes', async () => {
      const registry = await opened();
      await registry.start('tablet', 't2');
      await registry.logIn('tablet', 'kim');
      const { installation: anonymous } = await registry.start('phone', 't', { tags: ['vip'] });

      const { installation } = await registry.logIn('phone', 'kim');

      expect([...(await registry.registeredOf('kim'))].sort()).toEqual(['phone', 'tablet']);
      expect(installation).toMatchObject({ ownerEpoch: 0, tags: ['vip'] });
      expect(await registry.opened.users.findUnmerged(app, anonymous.userId)).toBeUndefined();
      expect((await registry.ledgerOf('phone'))[0]).toBe('moved ->kim merged');
    });

    it('R31: a merge that a crash left is finished by the sweep', async () => {
      const registry = await opened();
      await registry.start('tablet', 't2');
      await registry.logIn('tablet', 'kim');
      const { installation } = await registry.start('phone', 't');
      const kim = await registry.user('kim');
      const anonymous = await registry.opened.users.findUnmerged(app, installation.userId);
      await registry.opened.users.save({ ...anonymous!, mergedInto: kim.userId, revision: 2 }, []);

      expect(await registry.sweep.execute()).toMatchObject({ merges: 1 });

      expect(await registry.installation('phone')).toMatchObject({ userId: kim.userId, externalId: 'kim', ownerEpoch: 0 });
      expect(await registry.opened.users.findMerged(10)).toEqual([]);
    });

    it('R31: the device of a merge that a crash left may log in as the same or as another user', async () => {
      for (const [externalId, ownerEpoch] of [
        ['kim', 0],
        ['charlie', 1],
      ] as const) {
        // prettier-ignore
        const registry = await opened();
        await registry.start('tablet', 't2');
        await registry.logIn('tablet', 'kim');
        const { installation } = await registry.start('phone', 't');
        const anonymous = await registry.opened.users.findUnmerged(app, installation.userId);
        const kim = await registry.user('kim');
        await registry.opened.users.save({ ...anonymous!, mergedInto: kim.userId, revision: 2 }, []);

        await registry.logIn('phone', externalId);

        expect(await registry.installation('phone')).toMatchObject({ externalId, ownerEpoch });
      }
    });

    it('R32: custom attributes are merged only where the app says so, and only into what is missing', async () => {
      for (const mergeCustomAttributes of [false, true]) {
        const registry = await opened({ mergeCustomAttributes });
        await registry.start('tablet', 't2');
        await registry.logIn('tablet', 'kim');
        await registry.updateUser.execute(app, 'kim', { attributes: { plan: 'pro' } }, { create: false, maxTags: 60 });
        const { installation } = await registry.start('phone', 't');
        const anonymous = await registry.opened.users.findUnmerged(app, installation.userId);
        await registry.opened.users.save({ ...anonymous!, attributes: { plan: 'free', city: 'Paris' }, tags: ['early'], revision: 2 }, []);

        await registry.logIn('phone', 'kim');

        const expected = mergeCustomAttributes ? { plan: 'pro', city: 'Paris' } : { plan: 'pro' };
        expect(await registry.user('kim')).toMatchObject({ attributes: expected, tags: ['early'] });
        expect(await registry.installation('tablet')).toMatchObject({ userAttributes: expected, userTags: ['early'] });
      }
    });
  });

  describe(`Identity on ${adapter}: subscription`, () => {
    it('R36: granting the prompt opts in, on every device of the person; the app may switch that off', async () => {
      const registry = await charliesPhone();
      await registry.start('tablet', 't2');
      await registry.logIn('tablet', 'charlie');
      await registry.start('phone', 't', { permission: 'denied', notificationsEnabled: false });

      const { installation } = await registry.start('phone', 't', { permission: 'granted' });

      expect(installation.subscription).toBe('opted_in');
      expect((await registry.installation('tablet')).subscription).toBe('opted_in');
      const without = await opened({ optInWhenAuthorized: false });
      expect((await without.start('phone', 't', { permission: 'granted' })).installation.subscription).toBe('subscribed');
    });

    it('R36: it does not lift an explicit unsubscribed unless the app says so', async () => {
      for (const [optInOverridesUnsubscribe, expected] of [
        [false, 'unsubscribed'],
        [true, 'opted_in'],
      ] as const) {
        // prettier-ignore
        const registry = await charliesPhone({ optInOverridesUnsubscribe });
        await registry.subscribe('charlie', 'unsubscribed');
        await registry.start('phone', 't', { permission: 'not_asked' });

        const { installation } = await registry.start('phone', 't', { permission: 'granted' });

        expect(installation.subscription).toBe(expected);
      }
    });

    it('R37, R39: one wish holds on all devices before the call is answered, the last one wins, tokens are kept', async () => {
      const registry = await charliesPhone();
      await registry.start('tablet', 't2');
      await registry.logIn('tablet', 'charlie');

      await registry.subscribe('charlie', 'opted_in');
      await registry.subscribe('charlie', 'unsubscribed');

      expect([await isSuppressed(registry, 'phone'), await isSuppressed(registry, 'tablet')]).toEqual(['unsubscribed', 'unsubscribed']);
      expect(await registry.registeredOf('charlie')).toHaveLength(2);
      const said = (await registry.opened.published()).filter(({ type }) => type === 'user.subscription_changed.v1');
      expect(said.map(({ data }) => (data as { subscription: string }).subscription)).toEqual(['opted_in', 'unsubscribed']);
    });

    it('R37: a wish that a login overtakes is copied all the same', async () => {
      const registry = await opened();
      await registry.start('phone', 't');
      await registry.subscribe('kim', 'opted_in');

      await Promise.all([registry.logIn('phone', 'kim'), registry.subscribe('kim', 'unsubscribed')]);

      const kim = await registry.user('kim');
      expect(kim.subscription).toBe('unsubscribed');
      expect(await registry.installation('phone')).toMatchObject({ subscription: 'unsubscribed', userRevision: kim.revision });
    });

    it('R38: nothing but a wish unsubscribes: not a switch on the device, a bounce, an uninstall or a move of the token', async () => {
      const registry = await charliesPhone();

      await registry.start('phone', 't', { notificationsEnabled: false });
      await registry.bounce('phone');
      await registry.start('phone', 't');
      await registry.start('other', 't');
      await registry.removeInstallation.execute(app, 'phone');

      expect((await registry.user('charlie')).subscription).toBe('subscribed');
    });

    it('R40: subscribing again makes foreground tokens reachable at once', async () => {
      const registry = await charliesPhone();
      await registry.subscribe('charlie', 'unsubscribed');

      await registry.subscribe('charlie', 'subscribed');

      expect(await isSuppressed(registry, 'phone')).toBeNull();
    });

    it('changes tags and attributes of a user, and copies them', async () => {
      const registry = await charliesPhone();
      const limits = { create: false, maxTags: 3 };

      await registry.updateUser.execute(app, 'charlie', { tags: ['a'], attributes: { age: 3, city: 'Paris' } }, limits);
      await registry.updateUser.execute(app, 'charlie', { attributes: { age: null, plan: 'pro' } }, limits);
      await Promise.all(
        ['b', 'c'].map((tag) => registry.changeUserTags.execute(app, 'charlie', { add: [tag], remove: ['a'] }, { maxTags: 3 })),
      );

      const { attributes, tags } = await registry.user('charlie');
      expect(attributes).toEqual({ city: 'Paris', plan: 'pro' });
      expect([...tags].sort()).toEqual(['b', 'c']);
      expect(await registry.installation('phone')).toMatchObject({ userTags: tags, userAttributes: attributes });
    });

    it('writes and says nothing where nothing changes, and knows only who is known', async () => {
      const registry = await charliesPhone();
      const before = await registry.user('charlie');
      const said = (await registry.opened.published()).length;

      await registry.updateUser.execute(
        app,
        'charlie',
        { subscription: 'subscribed', tags: [], attributes: {} },
        { create: false, maxTags: 3 },
      );

      expect(await registry.user('charlie')).toEqual(before);
      expect(await registry.opened.published()).toHaveLength(said);
      await expect(registry.updateUser.execute(app, 'nobody', {}, { create: false, maxTags: 3 })).rejects.toThrow(UserNotFound);
      await expect(registry.findUser.execute(app, 'nobody')).rejects.toThrow(UserNotFound);
    });

    it('repairs copies that a crash left behind', async () => {
      const registry = await charliesPhone();
      const charlie = await registry.user('charlie');
      await registry.opened.users.save({ ...charlie, subscription: 'unsubscribed', revision: charlie.revision + 1 }, []);

      expect(await registry.copyUser.execute(app, charlie.userId)).toBe(1);
      expect(await registry.copyUser.execute(app, charlie.userId)).toBe(0);

      expect((await registry.installation('phone')).subscription).toBe('unsubscribed');
    });
  });
}
