import { PushToken } from '#libs/kernel';
import { app, fingerprintOf, Registry, type OpenRegistry } from '../opened-registry.contract.ts';
import { TooManyConflicts } from '../registry-errors.ts';

/** R44 to R48: what takes a token away, and what does not. */
export function tokenLossContract(adapter: string, open: OpenRegistry) {
  const opened = async () => new Registry(await open());
  const cause = { reason: 'Unregistered', sendId: 's1' };

  async function kimsPhone() {
    const registry = await opened();
    await registry.start('phone', 't');
    await registry.logIn('phone', 'kim');
    const { tokenConfirmedAt } = await registry.installation('phone');
    return { registry, confirmedAt: tokenConfirmedAt ?? 0, fingerprint: fingerprintOf('t') };
  }

  describe(`Loss of tokens on ${adapter}`, () => {
    it("R46: a permanent error removes that token only, with the provider's reason; other devices and the subscription stay", async () => {
      const { registry } = await kimsPhone();
      await registry.start('tablet', 't2');
      await registry.logIn('tablet', 'kim');

      expect(await registry.bounce('phone')).toBe('purged');

      expect(await registry.installation('phone')).toMatchObject({ token: null, tokenLostReason: 'Unregistered', externalId: 'kim' });
      expect(await registry.registeredOf('kim')).toEqual(['tablet']);
      expect((await registry.user('kim')).subscription).toBe('subscribed');
      const [line] = (await registry.opened.ledger.ofInstallation(app, 'phone', 1)).items;
      expect(line).toMatchObject({
        event: 'invalidated',
        reason: 'Unregistered',
        provider: 'apns',
        sendId: 's1',
        fromExternalId: 'kim',
        toUser: null,
      });
      const types = (await registry.opened.published()).map(({ type }) => type);
      expect(types).toEqual(expect.arrayContaining(['installation.token_changed.v1', 'token.removed.v1']));
    });

    it('R46: the second purge of a token finds nothing to do', async () => {
      const { registry, confirmedAt, fingerprint } = await kimsPhone();
      const condition = { fingerprint, invalidSince: null, confirmedAt };

      expect(await registry.purgeToken.execute(app, 'phone', condition, cause)).toBe('purged');
      expect(await registry.purgeToken.execute(app, 'phone', condition, cause)).toBe('kept');
      expect(await registry.purgeToken.execute(app, 'nobody', condition, cause)).toBe('kept');
    });

    it('R46: a purge keeps a token confirmed at or after the time that the provider names (invariant 4)', async () => {
      const { registry, confirmedAt, fingerprint } = await kimsPhone();
      const purge = (invalidSince: number) =>
        registry.purgeToken.execute(app, 'phone', { fingerprint, invalidSince, confirmedAt: 0 }, cause);

      expect([await purge(confirmedAt - 1), await purge(confirmedAt)]).toEqual(['kept', 'kept']);
      registry.opened.clock.advance(1_000);
      await registry.start('phone', 't');
      expect(await purge(confirmedAt + 1)).toBe('kept');
      expect(await purge(confirmedAt + 1_001)).toBe('purged');
    });

    it('R46: without such a time, a purge keeps a token confirmed since the dispatcher read it, even in the same millisecond', async () => {
      const { registry, confirmedAt, fingerprint } = await kimsPhone();
      await registry.start('phone', 't');

      const purged = await registry.purgeToken.execute(app, 'phone', { fingerprint, invalidSince: null, confirmedAt }, cause);

      expect(purged).toBe('kept');
    });

    it('R46: a purge keeps a token that was lost and shown again within the millisecond in which the dispatcher read it', async () => {
      const { registry, confirmedAt, fingerprint } = await kimsPhone();
      await registry.start('phone', null);
      await registry.start('phone', 't');

      const purged = await registry.purgeToken.execute(app, 'phone', { fingerprint, invalidSince: null, confirmedAt }, cause);

      expect(purged).toBe('kept');
    });

    it('R46: a purge does not touch the token that came after the one it names', async () => {
      const { registry, confirmedAt, fingerprint } = await kimsPhone();
      await registry.start('phone', 't2');

      expect(await registry.purgeToken.execute(app, 'phone', { fingerprint, invalidSince: 1e15, confirmedAt }, cause)).toBe('kept');
      expect((await registry.installation('phone')).tokenFingerprint).toBe(fingerprintOf('t2'));
    });

    it('R44: after a bounce the next start registers the token again', async () => {
      const { registry } = await kimsPhone();
      await registry.bounce('phone');

      await registry.start('phone', 't');

      expect(await registry.registeredOf('kim')).toEqual(['phone']);
      expect(await registry.ledgerOf('phone')).toEqual([
        'registered ->kim -',
        'invalidated kim>- Unregistered',
        'moved ->kim identified',
        'registered ->- -',
      ]);
    });

    it('R49: an app that its provider calls gone is uninstalled since the time named, or since it was said; a bad token says nothing of that', async () => {
      const { registry, confirmedAt, fingerprint } = await kimsPhone();
      const { clock } = registry.opened;
      clock.advance(60_000);
      const invalidSince = clock.now() - 10_000;
      await registry.purgeToken.execute(app, 'phone', { fingerprint, invalidSince, confirmedAt }, cause);
      await registry.start('tablet', 't2');
      await registry.bounce('tablet', 'UNREGISTERED');
      await registry.start('broken', 't3');
      await registry.bounce('broken', 'BadDeviceToken');
      await registry.start('ahead', 't4');
      const later = { fingerprint: fingerprintOf('t4'), invalidSince: clock.now() + 5_000, confirmedAt: 0 };
      await registry.purgeToken.execute(app, 'ahead', later, cause);

      expect(await registry.installation('phone')).toMatchObject({ token: null, uninstalledAt: invalidSince });
      expect(await registry.installation('tablet')).toMatchObject({ token: null, uninstalledAt: clock.now() });
      expect(await registry.installation('broken')).toMatchObject({ token: null, uninstalledAt: null });
      expect(await registry.installation('ahead')).toMatchObject({ token: null, uninstalledAt: clock.now() });
    });

    it('R49, R44: the subscription of a browser that ends is no uninstalled app', async () => {
      const registry = await opened();
      await registry.start('tab', 't', { platform: 'web', provider: 'webpush', permission: 'granted' });

      await registry.bounce('tab', 'unregistered');

      expect(await registry.installation('tab')).toMatchObject({ token: null, uninstalledAt: null });
    });

    it('R50: reinstalled and not started it stays unreachable; its first start brings it back, with a token or without', async () => {
      const { registry } = await kimsPhone();
      await registry.bounce('phone');
      await registry.subscribe('kim', 'opted_in');

      expect(await registry.registeredOf('kim')).toEqual([]);
      expect((await registry.installation('phone')).uninstalledAt).not.toBeNull();
      await registry.startSession.execute({ app, installationId: 'phone', by: 'sdk', settings: registry.settings });
      expect(await registry.installation('phone')).toMatchObject({ token: null, uninstalledAt: null });
      await registry.start('phone', 't2');
      expect(await registry.registeredOf('kim')).toEqual(['phone']);
    });

    it('R48: a wrong sender marks the token suspect and keeps it; the next confirmation clears the mark', async () => {
      const { registry, confirmedAt, fingerprint } = await kimsPhone();
      const condition = { fingerprint, invalidSince: null, confirmedAt };

      expect(await registry.markTokenSuspect.execute(app, 'phone', condition, 'DeviceTokenNotForTopic')).toBe('marked');
      expect(await registry.installation('phone')).toMatchObject({ tokenSuspect: 'DeviceTokenNotForTopic', tokenFingerprint: fingerprint });
      await registry.start('phone', 't');
      expect((await registry.installation('phone')).tokenSuspect).toBeNull();
      expect(await registry.markTokenSuspect.execute(app, 'phone', condition, 'DeviceTokenNotForTopic')).toBe('kept');
    });

    it('R43: who has switched the app off at the provider is in the background until the device says otherwise, and keeps the token', async () => {
      const { registry, confirmedAt, fingerprint } = await kimsPhone();
      const condition = { fingerprint, invalidSince: null, confirmedAt };
      const block = (facts = {}) =>
        registry.markOptedOut.execute(app, 'phone', { ...condition, ...facts }, { reason: '110001', sendId: 's1' });
      const state = async () => {
        const { notificationsEnabled, permission, tokenFingerprint } = await registry.installation('phone');
        return { notificationsEnabled, permission, tokenFingerprint };
      };
      const before = await state();

      expect(await block({ fingerprint: fingerprintOf('older') })).toBe('kept');
      expect(await block()).toBe('marked');
      expect(await block()).toBe('kept');
      expect(await state()).toEqual({ ...before, notificationsEnabled: false });
      const lines = (await registry.opened.ledger.ofInstallation(app, 'phone', 10)).items;
      expect(lines.filter(({ event }) => event === 'permission_changed')).toMatchObject([
        { reason: '110001', sendId: 's1', provider: 'apns', toExternalId: 'kim', tokenFingerprint: fingerprint },
      ]);
      const told = (await registry.opened.published()).filter(({ type }) => type === 'installation.permission_changed.v1');
      expect(told.map(({ data }) => data)).toMatchObject([{ installationId: 'phone', notificationsEnabled: false }]);

      await registry.start('phone', 't', { notificationsEnabled: true });
      expect(await state()).toEqual({ ...before, notificationsEnabled: true });
      expect(await block()).toBe('kept');
      expect((await state()).notificationsEnabled).toBe(true);
    });

    it('corrects the environment of a token that lives in the other one, once, and only of that token', async () => {
      const { registry, confirmedAt, fingerprint } = await kimsPhone();
      const condition = { fingerprint, invalidSince: null, confirmedAt };
      const before = await registry.installation('phone');
      const [there, back] =
        before.environment === 'production' ? (['sandbox', 'production'] as const) : (['production', 'sandbox'] as const);

      expect(await registry.correctEnvironment.execute(app, 'phone', condition, there)).toBe('corrected');
      expect(await registry.correctEnvironment.execute(app, 'phone', condition, there)).toBe('kept');
      expect(await registry.installation('phone')).toMatchObject({ environment: there, tokenFingerprint: fingerprint });
      await registry.start('phone', 't2');
      expect(await registry.correctEnvironment.execute(app, 'phone', condition, back)).toBe('kept');
    });

    it('replaces a token that the provider moved, if it is still the one that was sent to', async () => {
      const { registry, confirmedAt, fingerprint } = await kimsPhone();
      const condition = { fingerprint, invalidSince: null, confirmedAt };
      const moved = new PushToken('moved');

      expect(await registry.replaceToken.execute(app, 'phone', condition, moved, cause)).toBe('replaced');
      expect(await registry.replaceToken.execute(app, 'phone', condition, moved, cause)).toBe('kept');

      expect((await registry.installation('phone')).token?.reveal()).toBe('moved');
    });

    it('merges a moved token with the installation that holds the new one already', async () => {
      const { registry, confirmedAt, fingerprint } = await kimsPhone();
      await registry.start('reinstalled', 'moved');

      const result = await registry.replaceToken.execute(
        app,
        'phone',
        { fingerprint, invalidSince: null, confirmedAt },
        new PushToken('moved'),
        cause,
      );

      expect(result).toBe('merged');
      expect(await registry.installation('phone')).toMatchObject({ token: null, tokenLostReason: 'superseded' });
      expect((await registry.installation('reinstalled')).tokenFingerprint).toBe(fingerprintOf('moved'));
    });

    it('gives up after 20 writes that came first', async () => {
      const { registry } = await kimsPhone();
      const { installations, users, clock } = registry.opened;
      let saves = 0;
      const save: typeof installations.save = async (installation, events, ledger) => {
        saves += 1;
        const current = await registry.installation('phone');
        await installations.save({ ...current, revision: current.revision + 1 }, [], []);
        await installations.save(installation, events, ledger);
      };
      const contended = new Proxy(installations, {
        get: (target, name) => (name === 'save' ? save : (Reflect.get(target, name) as () => unknown).bind(target)),
      });
      const slow = new Registry({ ...registry.opened, installations: contended, users, clock });

      await expect(slow.start('phone', 't')).rejects.toThrow(TooManyConflicts);

      expect(saves).toBe(20);
    });
  });
}
