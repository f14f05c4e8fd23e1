import { app, fingerprintOf, Registry, type OpenRegistry } from '../opened-registry.contract.ts';
import { InstallationSecretInvalid } from '../registry-errors.ts';

/** R1 to R7a: who an installation belongs to, and what proves it. */
export function anonymousAndKnownContract(adapter: string, open: OpenRegistry) {
  const opened = async (settings = {}) => new Registry(await open(), settings);

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
}
