import { app, fingerprintOf, Registry, type OpenRegistry } from '../opened-registry.contract.ts';
import {
  InstallationNotFound,
  PlatformRequired,
  RevisionMismatch,
  TagInvalid,
  TooManyAttributes,
  TooManyTags,
} from '../registry-errors.ts';

/** What a registration stores, refuses and deletes. */
export function installationRecordContract(adapter: string, open: OpenRegistry) {
  const opened = async (settings = {}) => new Registry(await open(), settings);

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

    it('tells all of an installation that is made again when its tombstone has gone', async () => {
      const registry = await opened();
      await registry.start('phone', 't');
      await registry.removeInstallation.execute(app, 'phone');
      registry.opened.clock.advance(8 * 24 * 60 * 60 * 1_000);
      expect(await registry.sweep.execute()).toMatchObject({ tombstones: 1 });

      const { installation } = await registry.start('phone', 't');

      expect(installation).toMatchObject({ revision: 1, ownerEpoch: 0 });
      expect(await registry.ledgerOf('phone')).toEqual(['registered ->- -', 'removed ->- deleted', 'registered ->- -']);
      expect((await registry.opened.ledger.ownerAt(app, fingerprintOf('t'), Infinity))?.toUser).toBe(installation.userId);
      expect(new Set((await registry.opened.published()).map(({ id }) => id)).size).toBe(3);
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
