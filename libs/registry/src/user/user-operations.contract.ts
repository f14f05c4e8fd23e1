import type { Operation } from '../operation/operation.ts';
import { app, fingerprintOf, Registry, type OpenRegistry } from '../opened-registry.contract.ts';
import {
  AliasOfKnownUser,
  AliasTaken,
  AttributeMismatch,
  ExternalIdReserved,
  InstallationNotFound,
  TooManyAttributes,
  UserNotFound,
} from '../registry-errors.ts';

const crm = { label: 'crm', name: 'C17' };
const event = (id: string) => ({ id, name: 'order', at: 1, properties: {} });

/** R33, R34 and what backends tell of people. */
export function userOperationsContract(adapter: string, open: OpenRegistry) {
  const opened = async (settings = {}) => new Registry(await open(), settings);
  const byAlias = (registry: Registry, externalId: string) => registry.identifyUser.execute(app, crm, externalId, registry.settings);
  const eventsOf = async (registry: Registry, externalId: string) =>
    registry.opened.behaviour.ofUser(app, (await registry.user(externalId)).userId);

  /** A person with an alias alone. */
  async function aliased(settings = {}) {
    const registry = await opened(settings);
    const change = { change: { attributes: { city: 'Paris' } }, events: [event('1')] };
    const { user } = await registry.trackUser.execute(app, { alias: crm }, change, 60);
    return { registry, user };
  }

  async function operationOf(registry: Registry, pairs: readonly (readonly [string, string])[]): Promise<Operation> {
    const idOf = async (externalId: string) => (await registry.opened.users.findByExternalId(app, externalId))?.userId ?? null;
    return {
      id: 'o1',
      app,
      kind: 'merge',
      pairs: await Promise.all(
        pairs.map(async ([from, into]) => ({
          from,
          into,
          fromUserId: await idOf(from),
          intoUserId: await idOf(into),
          state: 'waiting' as const,
          code: null,
        })),
      ),
      createdAt: registry.opened.clock.now(),
      finishedAt: null,
      dueAt: registry.opened.clock.now() + 10_000,
      revision: 1,
    };
  }

  describe(`Identity on ${adapter}: aliases`, () => {
    it('R33: somebody known by an alias alone gets an id that nobody has: the same person, with everything', async () => {
      const { registry, user } = await aliased();

      expect(await byAlias(registry, 'kim')).toMatchObject({ result: 'identified', user: { userId: user.userId } });
      expect(await byAlias(registry, 'kim')).toMatchObject({ result: 'unchanged' });

      expect(await registry.user('kim')).toMatchObject({ userId: user.userId, attributes: { city: 'Paris' } });
      expect(await eventsOf(registry, 'kim')).toMatchObject({ order: { total: 1 } });
    });

    it('R33, R32: or turns out to be whoever has it: alias and deeds move, what is missing is filled in where the app says so', async () => {
      const { registry, user } = await aliased({ mergeCustomAttributes: true });
      await registry.trackUser.execute(app, { externalId: 'kim' }, { change: { attributes: { plan: 'pro' } }, events: [event('1')] }, 60);

      expect(await byAlias(registry, 'kim')).toMatchObject({ result: 'merged' });

      const kim = await registry.user('kim');
      expect(kim).toMatchObject({ attributes: { plan: 'pro', city: 'Paris' }, aliased: true });
      expect(await registry.opened.aliases.find(app, crm)).toBe(kim.userId);
      expect(await registry.opened.users.findUnmerged(app, user.userId)).toBeUndefined();
      expect(await eventsOf(registry, 'kim')).toMatchObject({ order: { total: 2 } });
    });

    it('R33: refuses an alias that nobody has, one of somebody else who is known, and ids of nobody', async () => {
      const { registry } = await aliased();
      await byAlias(registry, 'kim');

      await expect(byAlias(registry, 'lee')).rejects.toThrow(AliasOfKnownUser);
      await expect(byAlias(registry, 'null')).rejects.toThrow(ExternalIdReserved);
      await expect(registry.identifyUser.execute(app, { label: 'crm', name: 'other' }, 'lee', registry.settings)).rejects.toThrow(
        UserNotFound,
      );
    });

    it('R20: the sweep leaves whoever is known by an alias, though no device is theirs', async () => {
      const { registry, user } = await aliased();
      registry.opened.clock.advance(2 * 60 * 60 * 1_000);

      await registry.sweep.execute();

      expect(await registry.opened.users.findById(app, user.userId)).toBeDefined();
    });

    it('are given and taken away as a set, and never from somebody else', async () => {
      const { registry } = await aliased();
      await registry.subscribe('kim', 'opted_in');
      const [one, two] = [{ label: 'crm', name: '1' }, { label: 'shop', name: '1' }] as const; // prettier-ignore
      const kim = await registry.user('kim');

      await registry.changeAliases.execute(kim, [one, two]);
      await registry.changeAliases.execute(kim, [two]);
      await expect(registry.changeAliases.execute(kim, [one, crm])).rejects.toThrow(AliasTaken);

      expect(await registry.opened.aliases.ofUser(app, kim.userId)).toEqual([two]);
      expect((await registry.user('kim')).aliased).toBe(true);
    });

    it('name one person, however many tell of it at once', async () => {
      const registry = await opened();

      const told = await Promise.all(
        Array.from({ length: 10 }, (_, n) => registry.trackUser.execute(app, { alias: crm }, { events: [event(`${n}`)] }, 60)),
      );

      const [userId = '', ...others] = new Set(told.map(({ user }) => user.userId));
      expect(others).toEqual([]);
      expect(await registry.opened.behaviour.ofUser(app, userId)).toMatchObject({ order: { total: 10 } });
    });
  });

  describe(`Identity on ${adapter}: merges that are asked for`, () => {
    it('R34: devices, aliases and deeds of one become those of the other; plans stay good, and a later login of the first is a new person', async () => {
      const registry = await opened();
      await registry.start('phone', 't');
      await registry.logIn('phone', 'old');
      await registry.start('tablet', 't2');
      await registry.logIn('tablet', 'kim');
      await registry.trackUser.execute(app, { externalId: 'old' }, { events: [event('1')] }, 60);
      const { ownerEpoch } = await registry.installation('phone');
      const operation = await operationOf(registry, [
        ['old', 'kim'],
        ['nobody', 'kim'],
        ['kim', 'kim'],
      ]);
      await registry.opened.operations.insertOnce(operation);

      await registry.carryOutMerges.execute(operation, registry.settings);

      expect(await registry.installation('phone')).toMatchObject({ externalId: 'kim', ownerEpoch, tokenFingerprint: fingerprintOf('t') });
      expect(await eventsOf(registry, 'kim')).toMatchObject({ order: { total: 1 } });
      expect(await registry.opened.users.findByExternalId(app, 'old')).toBeUndefined();
      const done = await registry.opened.operations.findById(app, 'o1');
      expect(done).toMatchObject({ dueAt: null, finishedAt: registry.opened.clock.now() });
      expect(done?.pairs.map(({ state, code }) => [state, code])).toEqual([
        ['merged', null],
        ['rejected', 'user_not_found'],
        ['rejected', 'same_user'],
      ]);
    });

    it('R34: what a crash left goes on where it stopped, and says of each pair what became of it', async () => {
      const registry = await opened();
      for (const externalId of ['a', 'b', 'c', 'kim']) await registry.subscribe(externalId, 'opted_in');
      const operation = await operationOf(registry, [
        ['a', 'kim'],
        ['b', 'kim'],
        ['c', 'kim'],
      ]);
      await registry.opened.operations.insertOnce(operation);
      const [a = '', b = ''] = operation.pairs.map(({ fromUserId }) => fromUserId ?? '');
      const kim = (await registry.user('kim')).userId;
      await registry.mergeUsers.execute(app, a, kim, registry.settings); // and the process ended before it was noted
      const begun = await registry.opened.users.findUnmerged(app, b);
      await registry.opened.users.save({ ...begun!, mergedInto: kim, revision: begun!.revision + 1 }, []); // and within the next one

      expect(await registry.carryOutMerges.sweep(async () => registry.settings)).toBe(0);
      registry.opened.clock.advance(10_000);
      expect(await registry.carryOutMerges.sweep(async () => registry.settings)).toBe(1);
      expect(await registry.carryOutMerges.sweep(async () => registry.settings)).toBe(0);

      const done = await registry.opened.operations.findById(app, 'o1');
      expect(done?.pairs.map(({ state }) => state)).toEqual(['merged', 'merged', 'merged']);
      for (const externalId of ['a', 'b', 'c']) expect(await registry.opened.users.findByExternalId(app, externalId)).toBeUndefined();
    });
  });

  describe(`Attributes and events of people on ${adapter}`, () => {
    const track = (registry: Registry, attributes: Readonly<Record<string, never>> | object) =>
      registry.trackUser.execute(app, { externalId: 'kim' }, { change: { attributes: attributes as Record<string, string> } }, 60);

    it('add up, lists take and lose texts, and members of objects stand for themselves', async () => {
      const registry = await opened();
      await track(registry, { visits: 2, teams: ['red'], 'address.city': 'Paris', 'address.zip.code': '75001' });

      await track(registry, {
        visits: { $inc: -3.5 },
        fresh: { $inc: 1 },
        teams: { $add: ['blue', 'red'] },
        none: { $remove: ['x'] },
        'address.zip': 'F-75',
      });
      await track(registry, { teams: { $remove: ['red'] }, fresh: null });

      expect((await registry.user('kim')).attributes).toEqual({
        visits: -1.5,
        teams: ['blue'],
        none: [],
        'address.city': 'Paris',
        'address.zip': 'F-75',
      });
      await track(registry, { address: null });
      expect((await registry.user('kim')).attributes).toEqual({ visits: -1.5, teams: ['blue'], none: [] });
      await track(registry, { visits: 'many' });
      for (const wrong of [{ visits: { $inc: 1 } }, { visits: { $add: ['x'] } }, { teams: { $inc: 1 } }])
        await expect(track(registry, wrong)).rejects.toThrow(AttributeMismatch);
    });

    it('are added to without a race', async () => {
      const registry = await opened();

      await Promise.all(Array.from({ length: 8 }, () => track(registry, { visits: { $inc: 1 } })));

      expect((await registry.user('kim')).attributes).toEqual({ visits: 8 });
    });

    it('are 250 at most', async () => {
      const registry = await opened();
      const some = (from: number, to: number) => Object.fromEntries(Array.from({ length: to - from }, (_, n) => [`a${from + n}`, n]));
      await track(registry, some(0, 250));

      await expect(track(registry, { more: 1 })).rejects.toThrow(TooManyAttributes);
      await track(registry, { a0: null, more: 1 });
    });

    it('belong to whoever owns the installation that tells of them', async () => {
      const registry = await opened();
      await registry.start('phone', 't');
      const track = (installation: string) =>
        registry.trackUser.execute(app, { installation }, { tags: { add: ['vip'], remove: [] }, events: [event('1'), event('1')] }, 60);

      expect((await track('phone')).duplicates).toEqual([false, true]);
      await registry.logIn('phone', 'kim');

      expect(await registry.installation('phone')).toMatchObject({ userTags: ['vip'] });
      expect(await eventsOf(registry, 'kim')).toMatchObject({ order: { total: 1 } });
      await expect(track('nobody')).rejects.toThrow(InstallationNotFound);
    });
  });
}
