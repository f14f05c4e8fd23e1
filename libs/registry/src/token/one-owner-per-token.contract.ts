import fc from 'fast-check';
import { app, fingerprintOf, Registry, type OpenRegistry } from '../opened-registry.contract.ts';

/** Invariant 1: a token belongs to at most one installation and one user; the last login wins. */
export function oneOwnerPerTokenContract(adapter: string, open: OpenRegistry, interleavings: number) {
  const opened = async () => new Registry(await open());

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
      const isGone = (error: Error) => {
        expect(error.message).toMatch(/^No installation/i);
      };
      if (kind === 'changeUser') return registry.logIn(id, rest.user ?? '').catch(isGone);
      return kind === 'delete' ? registry.removeInstallation.execute(app, id) : registry.bounce(id).catch(isGone);
    }

    it(`keeps one owner per token through ${interleavings} random interleavings of register, changeUser, bounce and delete`, async () => {
      const rounds = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(rounds, async (concurrently) => {
          const registry = await opened();
          for (const steps of concurrently) await Promise.all(steps.map((each) => take(registry, each)));
          await expectOneOwnerPerToken(registry);
        }),
        { numRuns: interleavings },
      );
    }, 300_000);

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
        { numRuns: interleavings / 5 },
      );
    }, 300_000);

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
