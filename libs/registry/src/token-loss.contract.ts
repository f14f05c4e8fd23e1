import { PushToken } from '#libs/kernel';
import fc from 'fast-check';
import { app, fingerprintOf, Registry, type OpenRegistry } from './opened-registry.contract.ts';
import { TooManyConflicts } from './registry-errors.ts';

/** R44 to R48 and the invariants of tokens. */
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

    it('R48: a wrong sender marks the token suspect and keeps it; the next confirmation clears the mark', async () => {
      const { registry, confirmedAt, fingerprint } = await kimsPhone();
      const condition = { fingerprint, invalidSince: null, confirmedAt };

      expect(await registry.markTokenSuspect.execute(app, 'phone', condition, 'DeviceTokenNotForTopic')).toBe('marked');
      expect(await registry.installation('phone')).toMatchObject({ tokenSuspect: 'DeviceTokenNotForTopic', tokenFingerprint: fingerprint });
      await registry.start('phone', 't');
      expect((await registry.installation('phone')).tokenSuspect).toBeNull();
      expect(await registry.markTokenSuspect.execute(app, 'phone', condition, 'DeviceTokenNotForTopic')).toBe('kept');
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
      const contended = Object.create(installations) as typeof installations;
      let saves = 0;
      contended.save = async (installation, events, ledger) => {
        saves += 1;
        const current = await registry.installation('phone');
        await installations.save({ ...current, revision: current.revision + 1 }, [], []);
        await installations.save(installation, events, ledger);
      };
      const slow = new Registry({ ...registry.opened, installations: contended, users, clock });

      await expect(slow.start('phone', 't')).rejects.toThrow(TooManyConflicts);

      expect(saves).toBe(20);
    });
  });

  describe(`Invariant 1 on ${adapter}`, () => {
    const devices = ['d1', 'd2', 'd3'] as const;
    const device = fc.constantFrom(...devices);
    const token = fc.constantFrom('t1', 't2');
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('register' as const), device, token }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('changeUser' as const), device, user: fc.constantFrom('charlie', 'kim') }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('bounce' as const), device }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), device }) },
    );
    type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

    async function take(registry: Registry, { kind, device: id, ...rest }: Step & { token?: string; user?: string }): Promise<unknown> {
      if (kind === 'register') return registry.start(id, rest.token);
      if (!(await registry.opened.installations.findById(app, id))) return undefined;
      // Between that read and the write another step may delete the device.
      const ignored = (error: { code?: string }) => expect(error.code).toBe('installation_not_found');
      if (kind === 'changeUser') return registry.logIn(id, rest.user ?? '').catch(ignored);
      return kind === 'delete' ? registry.removeInstallation.execute(app, id) : registry.bounce(id).catch(() => undefined);
    }

    it('keeps one owner per token through 1,000 random interleavings of register, changeUser, bounce and delete', async () => {
      const rounds = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(rounds, async (concurrently) => {
          const registry = await opened();
          for (const steps of concurrently) await Promise.all(steps.map((each) => take(registry, each)));
          await expectOneOwnerPerToken(registry);
        }),
        { numRuns: 1_000 },
      );
    }, 60_000);

    it('gives a token to whoever showed it last, and its device to whoever logged in last', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
          const registry = await opened();
          const owners = new Map<string, string>();
          const users = new Map<string, string | null>();
          for (const each of steps) {
            await take(registry, each);
            registry.opened.clock.advance(10);
            remember(each, owners, users);
          }

          for (const [shown, id] of owners) {
            const holder = await registry.opened.installations.findByFingerprint(app, 'apns', fingerprintOf(shown));
            expect({ shown, id: holder?.id, externalId: holder?.externalId }).toEqual({ shown, id, externalId: users.get(id) });
            expect((await registry.opened.ledger.ownerAt(app, fingerprintOf(shown), Infinity))?.toUser).toBe(holder?.userId);
          }
        }),
        { numRuns: 200 },
      );
    }, 60_000);

    /** The model: token → device, device → user. */
    function remember(each: Step, owners: Map<string, string>, users: Map<string, string | null>): void {
      const forget = () => {
        for (const [shown, id] of owners) if (id === each.device) owners.delete(shown);
      };
      if (each.kind === 'register') {
        forget();
        owners.set(each.token, each.device);
        users.set(each.device, users.get(each.device) ?? null);
      } else if (each.kind === 'changeUser') {
        if (users.has(each.device)) users.set(each.device, each.user);
      } else {
        forget();
        if (each.kind === 'delete') users.delete(each.device);
      }
    }

    async function expectOneOwnerPerToken(registry: Registry): Promise<void> {
      await registry.sweep.execute(); // a login that a deletion has overtaken may have merged its anonymous user
      const { installations, users } = registry.opened;
      const live = (await Promise.all(devices.map((id) => installations.findById(app, id)))).filter((found) => found !== undefined);
      const held = live.flatMap(({ tokenFingerprint }) => tokenFingerprint ?? []);
      expect(new Set(held).size).toBe(held.length);
      for (const installation of live) {
        expect(installation.claim).toBeNull();
        const user = await users.findUnmerged(app, installation.userId);
        expect(user).toMatchObject({ mergedInto: null, externalId: installation.externalId, revision: installation.userRevision });
      }
      expect(await users.findMerged(10)).toEqual([]);
    }
  });
}
