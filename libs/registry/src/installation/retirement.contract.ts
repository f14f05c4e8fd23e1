import { PushToken } from '#libs/kernel';
import { aUser, app, fingerprintOf, Registry, type OpenRegistry } from '../opened-registry.contract.ts';

const day = 24 * 60 * 60 * 1_000;
const web = { platform: 'web', provider: 'webpush' } as const;

/** What goes when its time has come: expired installations, silent browsers' tokens, and anonymous users who hold nothing. */
export function retirementContract(adapter: string, open: OpenRegistry) {
  describe(`Registration on ${adapter}: what has had its time`, () => {
    const opened = async () => new Registry(await open());
    const start = (registry: Registry, id: string, fields: object, token?: string) =>
      registry.register.execute({
        app, installationId: id, by: 'sdk', fields: { ...web, ...fields }, startsSession: true, settings: registry.settings,
        ...(token !== undefined && { token: new PushToken(token) }),
      }); // prettier-ignore

    it('R16: a browser that brings a token and says nothing else may show notifications', async () => {
      const registry = await opened();

      const first = await start(registry, 'tab', {}, 'a');
      await start(registry, 'later', {});
      const then = await start(registry, 'later', {}, 'b');

      expect(first.installation).toMatchObject({ permission: 'granted', notificationsEnabled: true, tokenFingerprint: fingerprintOf('a') });
      expect(then.installation).toMatchObject({ permission: 'granted', notificationsEnabled: true, tokenFingerprint: fingerprintOf('b') });
    });

    it.each([{ permission: 'denied' }, { notificationsEnabled: false }, { permission: 'not_asked' }])(
      'R16: on the web there is no background: %j takes the token away, and a token that comes with it is not kept',
      async (fields) => {
        const registry = await opened();
        await start(registry, 'tab', {}, 'a');

        const off = await start(registry, 'tab', fields);
        const other = await start(registry, 'other', fields, 'b');

        expect(off.installation).toMatchObject({ token: null, tokenLostReason: 'not_permitted', notificationsEnabled: false });
        expect(other.installation).toMatchObject({ token: null, notificationsEnabled: false });
        expect((await registry.ledgerOf('tab'))[0]).toBe('removed ->- not_permitted');
        expect(await registry.opened.installations.findByFingerprint(app, 'webpush', fingerprintOf('a'))).toBeUndefined();
      },
    );

    it('R16: the phone that may show nothing keeps its token for silent messages', async () => {
      const registry = await opened();

      const { installation } = await registry.start('phone', 't', { permission: 'denied', notificationsEnabled: false });

      expect(installation.tokenFingerprint).toBe(fingerprintOf('t'));
    });

    it('R20: an anonymous user without a token goes with its installation after 60 days of silence, one with a token never', async () => {
      const registry = await opened();
      const silent = await registry.start('silent');
      const holder = await registry.start('holder', 't');
      await registry.start('known');
      await registry.logIn('known', 'kim');
      registry.opened.clock.advance(30 * day);
      await registry.start('seen');
      await registry.sweep.execute();
      expect(await registry.opened.installations.findById(app, 'silent')).toBeDefined();
      registry.opened.clock.advance(30 * day + 1);

      const { retired } = await registry.sweep.execute();

      const { users, installations } = registry.opened;
      expect(retired).toBe(1);
      expect(await installations.findById(app, 'silent')).toBeUndefined();
      expect(await users.findById(app, silent.installation.userId)).toBeUndefined();
      expect(await users.findById(app, holder.installation.userId)).toBeDefined();
      for (const id of ['holder', 'known', 'seen']) expect(await installations.findById(app, id)).toBeDefined();
      expect((await registry.ledgerOf('silent'))[0]).toBe('removed ->- idle_anonymous');
    });

    it('R20: whoever became known by way of another device is kept, and comes back after a new start', async () => {
      const registry = await opened();
      const { installation } = await registry.start('phone');
      const { users, installations } = registry.opened;
      const user = await users.findById(app, installation.userId);
      if (!user) throw new Error('nobody');
      await users.save({ ...user, externalId: 'kim', revision: user.revision + 1 }, []);
      await installations.copyUser({ ...user, externalId: 'kim', revision: user.revision + 1 });
      registry.opened.clock.advance(61 * day);

      expect(await installations.findOverdue(registry.opened.clock.now(), registry.opened.clock.now() - 60 * day, 10)).toEqual([]);
      expect((await registry.sweep.execute()).retired).toBe(0);
    });

    it('R20: an anonymous user that belongs to no installation goes, an hour after it was made; the known and the merged stay', async () => {
      const registry = await opened();
      const { users, clock } = registry.opened;
      const stranger = aUser(null, { createdAt: clock.now() });
      const known = aUser('kim', { createdAt: clock.now() });
      for (const user of [stranger, known]) await users.save(user, []);

      const soon = await registry.sweep.execute();
      clock.advance(60 * 60 * 1_000 + 1);
      const later = await registry.sweep.execute();

      expect([soon.strangers, later.strangers]).toEqual([0, 1]);
      expect(await users.findById(app, stranger.userId)).toBeUndefined();
      expect(await users.findById(app, known.userId)).toBeDefined();
    });

    it('R20: looks through all users, some at a time, and begins again', async () => {
      const registry = await opened();
      const { users, clock } = registry.opened;
      for (let n = 0; n < 450; n += 1) await users.save(aUser(n % 2 === 0 ? null : `user-${n}`, { createdAt: clock.now() }), []);
      clock.advance(2 * 60 * 60 * 1_000);

      const forgotten: number[] = [];
      for (let step = 0; step < 4; step += 1) forgotten.push((await registry.sweep.execute()).strangers);

      expect(forgotten.reduce((sum, some) => sum + some, 0)).toBe(225);
      expect(Math.max(...forgotten)).toBeLessThanOrEqual(200);
    });

    it('R21: a browser without a session for 60 days loses its token; its user and its installation stay', async () => {
      const registry = await opened();
      await start(registry, 'tab', {}, 'a');
      await registry.logIn('tab', 'kim');
      await start(registry, 'kept', {}, 'b');
      await registry.start('phone', 't');
      registry.opened.clock.advance(59 * day);
      await registry.startSession.execute({ app, installationId: 'kept', by: 'sdk', settings: registry.settings });
      await registry.sweep.execute();
      expect((await registry.installation('tab')).token).not.toBeNull();
      registry.opened.clock.advance(day + 1);

      const { retired } = await registry.sweep.execute();

      expect(retired).toBe(1);
      expect(await registry.installation('tab')).toMatchObject({ token: null, tokenLostReason: 'no_session', externalId: 'kim' });
      expect((await registry.ledgerOf('tab'))[0]).toBe('expired kim>- no_session');
      expect((await registry.installation('kept')).token).not.toBeNull();
      expect((await registry.installation('phone')).token).not.toBeNull();
      expect((await registry.sweep.execute()).retired).toBe(0);
    });

    it('removes an installation once its expiresAt has passed, unless that was put off', async () => {
      const registry = await opened();
      const at = registry.opened.clock.now() + 1_000;
      await registry.start('gone', 't', { expiresAt: at });
      await registry.start('put off', 'u', { expiresAt: at });
      await registry.start('for ever', 'v', { expiresAt: at });
      registry.opened.clock.advance(999);
      expect((await registry.sweep.execute()).retired).toBe(0);
      await registry.start('put off', 'u', { expiresAt: at + 1_000 });
      await registry.start('for ever', 'v', { expiresAt: null });
      registry.opened.clock.advance(1);

      const { retired } = await registry.sweep.execute();

      const { installations } = registry.opened;
      expect(retired).toBe(1);
      expect(await installations.findById(app, 'gone')).toBeUndefined();
      expect(await installations.findByFingerprint(app, 'apns', fingerprintOf('t'))).toBeUndefined();
      expect((await registry.ledgerOf('gone'))[0]).toBe('expired ->- expired');
      for (const id of ['put off', 'for ever']) expect((await registry.installation(id)).token).not.toBeNull();
      expect((await registry.start('gone', 't')).created).toBe(true);
    });
  });
}
