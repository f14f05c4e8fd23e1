import { charliesPhone, suppressionIn } from '../installation/charlies-phone.contract.ts';
import { app, Registry, type OpenRegistry } from '../opened-registry.contract.ts';
import { UserNotFound } from '../registry-errors.ts';

/** R36 to R40: what a person wishes, and what is known of it. */
export function subscriptionContract(adapter: string, open: OpenRegistry) {
  const opened = async (settings = {}) => new Registry(await open(), settings);

  describe(`Identity on ${adapter}: subscription`, () => {
    it('R36: granting the prompt opts in, on every device of the person; the app may switch that off', async () => {
      const registry = await charliesPhone(open);
      await registry.start('tablet', 't2');
      await registry.logIn('tablet', 'charlie');
      await registry.start('phone', 't', { permission: 'denied', notificationsEnabled: false });

      const { installation } = await registry.start('phone', 't', { permission: 'granted' });

      expect(installation.subscription).toBe('opted_in');
      expect((await registry.installation('tablet')).subscription).toBe('opted_in');
      const without = await opened({ optInWhenAuthorized: false });
      expect((await without.start('phone', 't', { permission: 'granted' })).installation.subscription).toBe('subscribed');
    });

    it('R36: a grant that another call of the device overtakes is copied before it is answered', async () => {
      const registry = await charliesPhone(open);
      await registry.start('phone', 't', { permission: 'denied' });

      await Promise.all([registry.start('phone', null), registry.start('phone', undefined, { permission: 'granted' })]);

      const { subscription, revision: userRevision } = await registry.user('charlie');
      expect(subscription).toBe('opted_in');
      expect(await registry.installation('phone')).toMatchObject({ subscription, userRevision });
    });

    it('R36: it does not lift an explicit unsubscribed unless the app says so', async () => {
      for (const [optInOverridesUnsubscribe, expected] of [
        [false, 'unsubscribed'],
        [true, 'opted_in'],
      ] as const) {
        // prettier-ignore
        const registry = await charliesPhone(open, { optInOverridesUnsubscribe });
        await registry.subscribe('charlie', 'unsubscribed');
        await registry.start('phone', 't', { permission: 'not_asked' });

        const { installation } = await registry.start('phone', 't', { permission: 'granted' });

        expect(installation.subscription).toBe(expected);
      }
    });

    it('R37, R39: one wish holds on all devices before the call is answered, the last one wins, tokens are kept', async () => {
      const registry = await charliesPhone(open);
      await registry.start('tablet', 't2');
      await registry.logIn('tablet', 'charlie');

      await registry.subscribe('charlie', 'opted_in');
      await registry.subscribe('charlie', 'unsubscribed');

      expect([await suppressionIn(registry, 'phone'), await suppressionIn(registry, 'tablet')]).toEqual(['unsubscribed', 'unsubscribed']);
      expect(await registry.registeredOf('charlie')).toHaveLength(2);
      const said = (await registry.opened.published()).filter(({ type }) => type === 'user.subscription_changed.v1');
      expect(said.map(({ data }) => (data as { subscription: string }).subscription)).toEqual(['opted_in', 'unsubscribed']);
    });

    it('R37, R39: one wish holds for every bundle of the app', async () => {
      const registry = await charliesPhone(open);
      await registry.start('second', 't2', { bundleId: 'com.example.second' });
      await registry.logIn('second', 'charlie');

      await registry.subscribe('charlie', 'unsubscribed');

      expect(await suppressionIn(registry, 'second')).toBe('unsubscribed');
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
      const registry = await charliesPhone(open);

      await registry.start('phone', 't', { notificationsEnabled: false });
      await registry.bounce('phone');
      await registry.start('phone', 't');
      await registry.start('other', 't');
      await registry.removeInstallation.execute(app, 'phone');

      expect((await registry.user('charlie')).subscription).toBe('subscribed');
    });

    it('R40: subscribing again makes foreground tokens reachable at once', async () => {
      const registry = await charliesPhone(open);
      await registry.subscribe('charlie', 'unsubscribed');

      await registry.subscribe('charlie', 'subscribed');

      expect(await suppressionIn(registry, 'phone')).toBeNull();
    });

    it('changes tags and attributes of a user, and copies them', async () => {
      const registry = await charliesPhone(open);
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
      const registry = await charliesPhone(open);
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
      const registry = await charliesPhone(open);
      const charlie = await registry.user('charlie');
      await registry.opened.users.save({ ...charlie, subscription: 'unsubscribed', revision: charlie.revision + 1 }, []);

      expect(await registry.copyUser.execute(app, charlie.userId)).toBe(1);
      expect(await registry.copyUser.execute(app, charlie.userId)).toBe(0);

      expect((await registry.installation('phone')).subscription).toBe('unsubscribed');
    });
  });
}
