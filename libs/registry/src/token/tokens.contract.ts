import { PushToken } from '#libs/kernel';
import { app, fingerprintOf, Registry, type OpenRegistry } from '../opened-registry.contract.ts';
import { InstallationNotFound } from '../registry-errors.ts';

/** R8 to R15 and R43: which token is an installation's, and whether it may show a notification. */
export function tokensContract(adapter: string, open: OpenRegistry) {
  const opened = async (settings = {}) => new Registry(await open(), settings);

  describe(`Registration on ${adapter}: tokens`, () => {
    it('R8: a new token replaces the old one, which nobody holds from then on', async () => {
      const registry = await opened();
      await registry.start('phone', 'old');

      const { tokenChanged } = await registry.start('phone', 'new');

      expect(tokenChanged).toBe(true);
      expect(await registry.opened.installations.findByFingerprint(app, 'apns', fingerprintOf('old'))).toBeUndefined();
      expect(await registry.ledgerOf('phone')).toEqual(['refreshed ->- -', 'removed ->- replaced', 'registered ->- -']);
      expect((await registry.opened.ledger.ownerAt(app, fingerprintOf('old'), Infinity))?.toUser).toBeNull();
    });

    it('R8: a token does not survive a change of provider, nor being cleared', async () => {
      const registry = await opened();
      await registry.start('phone', 't');

      const moved = await registry.start('phone', undefined, { provider: 'fcm' });
      await registry.start('phone', 't2', { provider: 'fcm' });
      const cleared = await registry.start('phone', null, { provider: 'fcm' });

      expect(moved.installation).toMatchObject({ token: null, tokenLostReason: 'provider_changed' });
      expect(cleared.installation).toMatchObject({ token: null, tokenLostReason: 'cleared' });
      expect((await registry.opened.published()).map(({ type }) => type)).toContain('installation.token_changed.v1');
    });

    it('R9: a token stays with its installation whoever the user is', async () => {
      const registry = await opened();
      await registry.start('phone', 't');

      await registry.logIn('phone', 'kim');
      await registry.logIn('phone', 'charlie');

      expect((await registry.installation('phone')).token?.reveal()).toBe('t');
    });

    it('R10: a token attaches to the current user, who is then registered', async () => {
      const registry = await opened();
      await registry.start('phone');
      await registry.logIn('phone', 'kim');
      expect(await registry.registeredOf('kim')).toEqual([]);

      await registry.start('phone', 't');

      expect(await registry.registeredOf('kim')).toEqual(['phone']);
    });

    it('R11: the same token and user again leave no ledger line and no event, but lastSeenAt and tokenConfirmedAt move', async () => {
      const registry = await opened();
      await registry.start('phone', 't');
      const before = await registry.installation('phone');
      const published = await registry.opened.published();
      registry.opened.clock.advance(5_000);

      const { installation, created, tokenChanged } = await registry.start('phone', 't');

      expect({ created, tokenChanged }).toEqual({ created: false, tokenChanged: false });
      expect(installation.tokenConfirmedAt).toBe((before.tokenConfirmedAt ?? 0) + 5_000);
      expect(installation.lastSeenAt).toBe(before.lastSeenAt + 5_000);
      expect(installation.tokenRegisteredAt).toBe(before.tokenRegisteredAt);
      expect(await registry.ledgerOf('phone')).toHaveLength(1);
      expect(await registry.opened.published()).toEqual(published);
    });

    it('R11: a light session start confirms the token; without one only the session moves; an unknown installation is refused', async () => {
      const registry = await opened();
      await registry.start('phone', 't');
      const before = await registry.installation('phone');
      registry.opened.clock.advance(5_000);
      const command = { app, installationId: 'phone', by: 'sdk', settings: registry.settings } as const;

      const light = await registry.startSession.execute(command);
      expect(light.installation).toMatchObject({ lastSeenAt: before.lastSeenAt + 5_000, tokenConfirmedAt: before.tokenConfirmedAt });
      const confirmed = await registry.startSession.execute({ ...command, token: new PushToken('t') });
      expect(confirmed.installation.tokenConfirmedAt).toBe((before.tokenConfirmedAt ?? 0) + 5_000);
      await expect(registry.startSession.execute({ ...command, installationId: 'nobody' })).rejects.toThrow(InstallationNotFound);
    });

    it('R12: a token arriving under another installation id moves there, and the older one loses it', async () => {
      const registry = await opened();
      await registry.start('old', 't');
      await registry.logIn('old', 'kim');

      const { installation, tokenChanged } = await registry.start('new', 't');

      expect(tokenChanged).toBe(true);
      expect(installation).toMatchObject({ claim: null, tokenFingerprint: fingerprintOf('t') });
      expect(await registry.installation('old')).toMatchObject({ token: null, tokenLostReason: 'superseded' });
      expect((await registry.ledgerOf('old'))[0]).toBe('superseded kim>- superseded');
      expect((await registry.ledgerOf('new'))[0]).toBe('registered ->- claimed');
    });

    it('R12: the newest wins even where the clock stands still, and the token may come back', async () => {
      const registry = await opened();
      await registry.start('a', 't');
      await registry.start('b', 't');
      await registry.start('a', 't');

      expect((await registry.installation('a')).tokenFingerprint).toBe(fingerprintOf('t'));
      expect((await registry.installation('b')).tokenFingerprint).toBeNull();
    });

    it('R12: of many that show one token at once, exactly one holds it and no claim is left', async () => {
      const registry = await opened();
      const ids = Array.from({ length: 8 }, (_, n) => `phone${n}`);

      await Promise.all(ids.map((id) => registry.start(id, 't')));

      const installations = await Promise.all(ids.map((id) => registry.installation(id)));
      expect(installations.filter(({ tokenFingerprint }) => tokenFingerprint !== null)).toHaveLength(1);
      expect(installations.filter(({ claim }) => claim !== null)).toEqual([]);
    });

    it('R12: a claim that a crash left is finished by the sweep, or dropped where a newer registration holds the token', async () => {
      const registry = await opened();
      const { installations, clock } = registry.opened;
      await registry.start('old', 't');
      await registry.start('new');
      const token = new PushToken('t');
      const claim = { token, fingerprint: fingerprintOf('t'), at: clock.now() + 1, imported: false };
      const claimant = await registry.installation('new');
      await installations.save({ ...claimant, revision: claimant.revision + 1, claim }, [], []);
      clock.advance(10_000);

      expect(await registry.sweep.execute()).toMatchObject({ claims: 1 });
      expect((await registry.installation('new')).tokenFingerprint).toBe(claim.fingerprint);

      const loser = await registry.installation('old');
      await installations.save({ ...loser, revision: loser.revision + 1, claim: { ...claim, at: claim.at - 1 } }, [], []);
      await registry.finishTokenClaim.execute(app, 'old');
      expect(await registry.installation('old')).toMatchObject({ claim: null, token: null, tokenLostReason: 'superseded' });
      expect((await registry.opened.ledger.ownerAt(app, claim.fingerprint, Infinity))?.toUser).toBe(claimant.userId);
    });

    it('R12: a newer token ends the claim to an older one', async () => {
      const registry = await opened();
      const { installations } = registry.opened;
      await registry.start('old', 't');
      const { installation } = await registry.start('new');
      const claim = { token: new PushToken('t'), fingerprint: fingerprintOf('t'), at: 1e15, imported: false };
      await installations.save({ ...installation, revision: installation.revision + 1, claim }, [], []);

      await registry.start('new', 't2');
      await registry.finishTokenClaim.execute(app, 'new');

      expect((await registry.installation('old')).tokenFingerprint).toBe(fingerprintOf('t'));
      expect((await registry.installation('new')).tokenFingerprint).toBe(fingerprintOf('t2'));
    });

    it('R13: Android up to 12 shows notifications from the first session, later versions and others do not', async () => {
      const registry = await opened();
      const first = async (id: string, fields: object) => {
        const { installation } = await registry.register.execute({
          app, installationId: id, by: 'sdk', fields: { provider: 'fcm', platform: 'android', ...fields }, startsSession: true, settings: registry.settings,
        }); // prettier-ignore
        return [installation.notificationsEnabled, installation.permission, installation.subscription];
      };

      expect(await first('a', { osVersion: '12' })).toEqual([true, 'granted', 'subscribed']);
      expect(await first('b', { osVersion: '12', permission: 'granted' })).toEqual([true, 'granted', 'subscribed']);
      expect(await first('c', { osVersion: '13' })).toEqual([false, 'not_asked', 'subscribed']);
      expect(await first('d', { platform: 'ios', provider: 'apns' })).toEqual([false, 'not_asked', 'subscribed']);
    });

    it.each([
      [{ permission: 'granted' }, true, 'granted', 'opted_in'],
      [{ permission: 'provisional' }, true, 'provisional', 'subscribed'],
      [{ permission: 'denied' }, false, 'denied', 'subscribed'],
      [{ notificationsEnabled: true }, true, 'granted', 'subscribed'],
      [{ notificationsEnabled: false }, false, 'not_asked', 'subscribed'],
      [{ permission: 'granted', notificationsEnabled: false }, false, 'granted', 'opted_in'],
    ] as const)('R14, R15, R36, R41: a first PUT with %j', async (fields, notificationsEnabled, permission, subscription) => {
      const registry = await opened();

      const { installation } = await registry.register.execute({
        app, installationId: 'phone', by: 'sdk', fields: { platform: 'ios', provider: 'apns', ...fields }, startsSession: true, settings: registry.settings,
      }); // prettier-ignore

      expect(installation).toMatchObject({ notificationsEnabled, permission, subscription });
    });

    it('R43: a switch at the next session start changes the foreground, keeps the token and leaves a line', async () => {
      const registry = await opened();
      await registry.start('phone', 't');

      const off = await registry.start('phone', 't', { notificationsEnabled: false });
      const denied = await registry.start('phone', 't', { permission: 'denied', notificationsEnabled: false });

      expect(off.installation).toMatchObject({ notificationsEnabled: false, permission: 'granted', tokenFingerprint: fingerprintOf('t') });
      expect(denied.installation).toMatchObject({ notificationsEnabled: false, permission: 'denied', subscription: 'subscribed' });
      expect((await registry.ledgerOf('phone')).slice(0, 2)).toEqual([
        'permission_changed ->- denied',
        'permission_changed ->- notifications_disabled',
      ]);
    });

    it('R51: a token shown by a server counts as imported until the SDK confirms it', async () => {
      const registry = await opened();

      const made = await registry.start('phone', 't', {}, { by: 'server' });
      const repeated = await registry.start('phone', 't', {}, { by: 'server' });
      const confirmed = await registry.start('phone', 't');
      const relayed = await registry.start('phone', 't', {}, { by: 'server' });

      const imported = [made, repeated, confirmed, relayed].map(({ installation }) => installation.tokenImported);
      expect(imported).toEqual([true, true, false, false]);
    });
  });
}
