import { PushToken } from '#libs/kernel';
import { app, fingerprintOf, Registry, type OpenRegistry } from './opened-registry.contract.ts';
import {
  InstallationNotFound,
  InstallationSecretInvalid,
  PlatformRequired,
  RevisionMismatch,
  TagInvalid,
  TooManyAttributes,
  TooManyTags,
} from './registry-errors.ts';
import { DEFAULT_REGISTRY_SETTINGS } from './registry-settings.ts';

/** R1 to R18: who an installation is, and which token is its. */
export function registrationContract(adapter: string, open: OpenRegistry) {
  const opened = async (settings = {}) => new Registry(await open(), { ...DEFAULT_REGISTRY_SETTINGS, ...settings });

  describe(`Registration on ${adapter}: identity`, () => {
    it('R1: the first contact without a user creates an anonymous user bound to the installation, R35: subscribed', async () => {
      const registry = await opened();

      const { installation, created } = await registry.start('phone');

      const user = await registry.opened.users.findById(app, installation.userId);
      expect(created).toBe(true);
      expect(user).toMatchObject({ externalId: null, subscription: 'subscribed', mergedInto: null });
      expect(installation).toMatchObject({ revision: 1, externalId: null, subscription: 'subscribed', ownerEpoch: 0 });
    });

    it('R2: an anonymous user holds a token like any other', async () => {
      const registry = await opened();

      const { installation, tokenChanged } = await registry.start('phone', 't');

      expect(tokenChanged).toBe(true);
      expect(installation.token?.reveal()).toBe('t');
      expect((await registry.opened.installations.findByFingerprint(app, 'apns', fingerprintOf('t')))?.userId).toBe(installation.userId);
    });

    it('R3: changeUser to the same user changes nothing and starts no session', async () => {
      const registry = await opened();
      await registry.start('phone', 't');
      await registry.logIn('phone', 'kim');
      const before = await registry.installation('phone');
      registry.opened.clock.advance(1_000);

      const { changed } = await registry.logIn('phone', 'kim');

      expect(changed).toBe(false);
      expect(await registry.installation('phone')).toEqual(before);
    });

    it('R4: changeUser to another user starts a new session', async () => {
      const registry = await opened();
      await registry.start('phone', 't');
      await registry.logIn('phone', 'charlie');
      registry.opened.clock.advance(1_000);

      const { installation, previousExternalId } = await registry.logIn('phone', 'kim');

      expect(previousExternalId).toBe('charlie');
      expect(installation.sessionStartedAt).toBe(registry.opened.clock.now());
    });

    it('R5: a reinstall makes a new installation and a new anonymous user until changeUser', async () => {
      const registry = await opened();
      await registry.start('phone', 't');
      await registry.logIn('phone', 'kim');

      const { installation } = await registry.start('reinstalled', 't2');

      expect(installation.externalId).toBeNull();
      expect((await registry.user('kim')).externalId).toBe('kim');
    });

    it('R6: logging out in the app changes nothing: later starts without a user stay with the last one', async () => {
      const registry = await opened();
      await registry.start('phone', 't');
      await registry.logIn('phone', 'kim');

      const { installation } = await registry.start('phone', 't');

      expect(installation.externalId).toBe('kim');
    });

    it('R6: an explicit detach gives the installation a fresh anonymous user, once', async () => {
      const registry = await opened();
      await registry.start('phone', 't');
      await registry.logIn('phone', 'kim');
      const command = { app, installationId: 'phone', settings: registry.settings };

      const detached = await registry.detachUser.execute(command);
      const again = await registry.detachUser.execute(command);

      expect(detached).toMatchObject({ changed: true, previousExternalId: 'kim', installation: { externalId: null, ownerEpoch: 1 } });
      expect(again).toMatchObject({ changed: false, installation: { userId: detached.installation.userId, revision: 3 } });
      expect(await registry.registeredOf('kim')).toEqual([]);
    });

    it('R7a: an sdk gets its secret once, with the first PUT, and has to show it from then on', async () => {
      const registry = await opened();
      const proof = (shown: string | null) => ({ secret: { offered: 'new-hash', shown } });

      const first = await registry.start('phone', 't', {}, { secret: { offered: 'first-hash', shown: null } });
      const second = await registry.start('phone', 't', {}, proof('first-hash'));

      expect(first).toMatchObject({ secretStored: true, installation: { secretHash: 'first-hash' } });
      expect(second).toMatchObject({ secretStored: false, installation: { secretHash: 'first-hash' } });
      await expect(registry.start('phone', 't', {}, proof(null))).rejects.toThrow(InstallationSecretInvalid);
      await expect(registry.start('phone', 't', {}, proof('guessed-ha'))).rejects.toThrow(InstallationSecretInvalid);
    });

    it('R7a: an installation made by a server gives its secret to the sdk that carries the very token stored, and to nobody else', async () => {
      const registry = await opened();
      await registry.start('phone', 't', {}, { by: 'server' });
      const secret = { offered: 'hash', shown: null };

      await expect(registry.start('phone', undefined, {}, { secret })).rejects.toThrow(InstallationSecretInvalid);
      await expect(registry.start('phone', 'guess', {}, { secret })).rejects.toThrow(InstallationSecretInvalid);
      const { secretStored } = await registry.start('phone', 't', {}, { secret });

      expect(secretStored).toBe(true);
    });

    it('R7a: of two first PUTs at once, one gets the secret and the other is refused', async () => {
      const registry = await opened();
      const put = (offered: string) => registry.start('phone', 't', {}, { secret: { offered, shown: null } });

      const results = await Promise.allSettled([put('one'), put('two')]);

      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    });
  });

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

  describe(`Registration on ${adapter}: the record`, () => {
    it('needs platform and provider at first, and makes no user for a call that it refuses', async () => {
      const registry = await opened();
      const command = { app, installationId: 'phone', by: 'sdk', startsSession: true, settings: registry.settings } as const;

      await expect(registry.register.execute({ ...command, fields: { platform: 'ios' } })).rejects.toThrow(PlatformRequired);
      await registry.start('phone');
      const { created } = await registry.register.execute({ ...command, fields: {} });

      expect(created).toBe(false);
    });

    it('leaves what is absent and clears what is null; the language follows the locale', async () => {
      const registry = await opened();
      const first = {
        locale: 'pt-BR',
        model: 'X',
        tags: ['a', 'b', 'a'],
        attributes: { age: 3 },
        environment: 'sandbox',
        mutedChannels: ['x'],
      } as const;
      await registry.start('phone', 't', first);

      const kept = await registry.start('phone');
      expect(kept.installation).toMatchObject({ ...first, tags: ['a', 'b'], language: 'pt', tokenFingerprint: fingerprintOf('t') });

      const clear = { locale: null, model: null, tags: null, attributes: null, environment: null, mutedChannels: null };
      const cleared = await registry.start('phone', undefined, clear);
      expect(cleared.installation).toMatchObject({
        locale: null, language: null, model: null, tags: [], attributes: {}, environment: 'production', mutedChannels: [],
      }); // prettier-ignore
      expect((await registry.start('phone', undefined, { locale: 'fr', language: 'EN' })).installation.language).toBe('en');
    });

    it('refuses too many tags, tags that are none, and too many attributes, before it writes anything', async () => {
      const registry = await opened({ maxTags: 2 });
      const attributes = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`a${n}`, n]));

      await expect(registry.start('phone', 't', { tags: ['a', 'b', 'c'] })).rejects.toThrow(TooManyTags);
      await expect(registry.start('phone', 't', { tags: ['a|b'] })).rejects.toThrow(TagInvalid);
      await expect(registry.start('phone', 't', { attributes })).rejects.toThrow(TooManyAttributes);

      expect(await registry.opened.installations.findById(app, 'phone')).toBeUndefined();
    });

    it('writes only over the revision that the caller expects', async () => {
      const registry = await opened();
      await registry.start('phone');

      await expect(registry.start('nobody', 't', {}, { expectedRevision: 1 })).rejects.toThrow(RevisionMismatch);
      const { installation } = await registry.start('phone', 't', {}, { expectedRevision: 1 });

      expect(installation.revision).toBe(2);
      await expect(registry.start('phone', 't', {}, { expectedRevision: 1 })).rejects.toThrow(RevisionMismatch);
      await expect(registry.removeInstallation.execute(app, 'phone', 1)).rejects.toThrow(RevisionMismatch);
    });

    it('adds and removes tags without losing any to a race', async () => {
      const registry = await opened();
      await registry.start('phone', 't', { tags: ['gone'] });
      const change = (add: string[], remove: string[] = []) =>
        registry.changeInstallationTags.execute(app, 'phone', { add, remove }, { maxTags: 20 });

      await Promise.all([change(['a']), change(['b']), change(['c'], ['gone']), change(['a'])]);

      expect([...(await registry.installation('phone')).tags].sort()).toEqual(['a', 'b', 'c']);
      await expect(registry.changeInstallationTags.execute(app, 'phone', { add: ['d'], remove: [] }, { maxTags: 3 })).rejects.toThrow(
        TooManyTags,
      );
      await expect(registry.changeInstallationTags.execute(app, 'nobody', { add: [], remove: [] }, { maxTags: 3 })).rejects.toThrow(
        InstallationNotFound,
      );
    });

    it('deletes at once and can be made again at once, with another owner epoch', async () => {
      const registry = await opened();
      const first = await registry.start('phone', 't', { tags: ['a'], model: 'X' });

      expect(await registry.removeInstallation.execute(app, 'phone')).toBe(true);
      expect(await registry.removeInstallation.execute(app, 'phone')).toBe(false);
      expect(await registry.opened.installations.findById(app, 'phone')).toBeUndefined();
      expect(await registry.opened.installations.findByFingerprint(app, 'apns', fingerprintOf('t'))).toBeUndefined();
      expect(await registry.opened.users.findById(app, first.installation.userId)).toBeUndefined();

      const again = await registry.start('phone', 't');
      expect(again).toMatchObject({
        created: true,
        tokenChanged: true,
        installation: { revision: 3, ownerEpoch: 1, tags: [], model: null },
      });
      expect(await registry.ledgerOf('phone')).toEqual(['registered ->- -', 'removed ->- deleted', 'registered ->- -']);
      const types = (await registry.opened.published()).map(({ type }) => type);
      expect(types).toEqual(['installation.registered.v1', 'installation.removed.v1', 'installation.registered.v1']);
    });

    it('keeps the order of the ledger when the clock goes back', async () => {
      const registry = await opened();
      await registry.start('phone', 'a');
      registry.opened.clock.advance(-60_000);
      await registry.start('phone', 'b');

      const { items } = await registry.opened.ledger.ofInstallation(app, 'phone', 10);

      expect(items.map(({ event }) => event)).toEqual(['refreshed', 'removed', 'registered']);
      expect(items.map(({ at }) => at)).toEqual([...items].map(({ at }) => at).sort((one, other) => other - one));
      expect(new Set(items.map(({ at }) => at)).size).toBe(3);
    });
  });
}
