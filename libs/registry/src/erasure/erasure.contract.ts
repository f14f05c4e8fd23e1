import { createPublicKey, verify } from 'node:crypto';
import { ErasureKeys, StaleRevision, SystemRandom } from '#libs/kernel';
import { PublishedEvents } from '#libs/testing';
import type { ErasureList, ListedErasure } from '#libs/storage';
import { Registry, app, type OpenRegistry } from '../opened-registry.contract.ts';
import { BeginErasure } from './begin-erasure.ts';
import { CarryOutErasures, type PersonEraser } from './carry-out-erasures.ts';
import { EraseUser } from './erase-user.ts';
import { ERASURE_STEPS } from './erasure-steps.ts';
import { receiptText } from './erasure.ts';
import { recordsEraser, registryErasers } from './person-erasers.ts';

const keys = new ErasureKeys(Buffer.alloc(32, 7));
const alias = { label: 'crm', name: 'C-17' };

class MemoryList implements ErasureList {
  readonly listed: ListedErasure[] = [];

  async add(erasure: ListedErasure): Promise<void> {
    this.listed.push(erasure);
  }

  async *all(): AsyncIterable<ListedErasure> {
    yield* this.listed;
  }
}

class AllErasures extends CarryOutErasures {}

/** Charlie with a phone, a tablet, an alias and a past; Kim beside him. */
async function withCharlie(open: OpenRegistry, list = new MemoryList()) {
  const registry = new Registry(await open());
  const { users, installations, aliases, behaviour, engagements, marks, ledger, erasures, records, clock } = registry.opened;
  await registry.start('phone', 't1', { tags: ['vip'], attributes: { plan: 'gold' } });
  await registry.logIn('phone', 'charlie');
  await registry.start('tablet', 't2');
  await registry.logIn('tablet', 'charlie');
  await registry.start('kims', 't3');
  await registry.logIn('kims', 'kim');
  const events = [{ id: '1', name: 'order_placed', at: clock.now(), properties: { total: 4.5 } }];
  await registry.trackUser.execute(app, { externalId: 'charlie' }, { events }, 60);
  await engagements.note(app, [{ installationId: 'phone', kind: 'opened', campaign: 'c1', at: clock.now() }]);
  await aliases.claim(app, alias, (await registry.user('charlie')).userId);
  const eraseUser = new EraseUser(users, installations, keys, clock, new SystemRandom());
  const begin = new BeginErasure(users, installations, aliases, erasures, list, eraseUser, keys, clock);
  const tools = { records, keys, clock };
  const own = [
    ...registryErasers({ eraseUser, aliases, behaviour, engagements, marks, ledger, keys, clock }),
    recordsEraser('user_operations', { change: 'rewrite' }, tools),
  ];
  const nothing = (store: PersonEraser['store']): PersonEraser => ({ store, erase: async () => ({ removed: 0, after: null }) });
  const others = ERASURE_STEPS.map(({ store }) => store).filter((store) => !own.some((eraser) => eraser.store === store));
  const services = [...new Set(ERASURE_STEPS.map(({ service }) => service))];
  const all = [...own, ...others.map(nothing)];
  const told = new PublishedEvents();
  const carryOut = services.map((service) => {
    const stores = ERASURE_STEPS.filter((step) => step.service === service).map(({ store }) => store);
    return new AllErasures(service, all.filter(({ store }) => stores.includes(store)), erasures, keys, told, clock); // prettier-ignore
  });
  const finish = async () => {
    for (const one of carryOut) await one.settle();
    clock.advance(30_000);
    for (const one of carryOut) await one.settle();
  };
  return { registry, begin, carryOut, finish, list, erasures, told };
}

/** People that are erased, whatever is stored behind them. */
export function erasureContract(adapter: string, open: OpenRegistry) {
  describe(`${adapter}: the erasure of a person`, () => {
    it('takes user and devices at once, and everything else until it is finished, and proves it', async () => {
      const { registry, begin, finish, erasures } = await withCharlie(open);
      const charlie = await registry.user('charlie');

      const { id } = await begin.execute(charlie);

      await expect(registry.user('charlie')).rejects.toMatchObject({ code: 'user_not_found' });
      for (const device of ['phone', 'tablet']) expect(await registry.opened.installations.findById(app, device)).toBeUndefined();
      expect(await erasures.findById(app, id)).toMatchObject({ finishedAt: null, signature: null });

      await finish();

      const erasure = (await erasures.findById(app, id))!;
      expect(erasure).toMatchObject({ subject: null, round: 2, dueAt: null, person: keys.pseudonym(app, 'charlie') });
      expect(JSON.stringify(erasure)).not.toContain('charlie');
      expect(erasure.steps.find(({ store }) => store === 'installations')?.retainedUntil).toBeGreaterThan(erasure.createdAt);
      expect(erasure.steps.filter(({ removed }) => removed > 0).map(({ store }) => store)).toEqual(
        expect.arrayContaining(['user_aliases', 'token_ledger']),
      );
      const key = createPublicKey({ key: { ...keys.publicKey }, format: 'jwk' });
      expect(verify(null, Buffer.from(receiptText(erasure)), key, Buffer.from(erasure.signature ?? '', 'base64url'))).toBe(true);
      expect(await registry.opened.aliases.find(app, alias)).toBeUndefined();
      expect(await registry.opened.behaviour.ofUser(app, charlie.userId)).toEqual({});
      expect(await registry.opened.engagements.ofUser(app, charlie.userId)).toEqual({});
      const lines = [await registry.ledgerOf('phone'), await registry.ledgerOf('tablet')].flat();
      expect(lines.join()).not.toContain('charlie');
      expect((await registry.opened.ledger.ofUser(app, charlie.userId, 100)).items).toEqual([]);
      expect((await registry.opened.ledger.ofUser(app, keys.pseudonym(app, charlie.userId), 100)).items.length).toBeGreaterThan(3);
      expect(await registry.registeredOf('kim')).toEqual(['kims']);
    });

    it('is told at the end, once, by what the person was called outside', async () => {
      const { registry, begin, carryOut, finish, told } = await withCharlie(open);
      const charlie = await registry.user('charlie');
      const { id } = await begin.execute(charlie);
      for (const one of carryOut) await one.settle();
      expect(told.types).not.toContain('user.erased.v1'); // what the second round finds would take it away

      await finish();
      await finish();

      const erased = told.all.map(({ envelope }) => envelope).filter(({ type }) => type === 'user.erased.v1');
      expect(erased.map(({ data }) => data)).toEqual([{ app, erasureId: id, externalId: 'charlie', userIds: [charlie.userId] }]);
    });

    it('makes somebody new of a later login with the same id, before and after it is finished', async () => {
      const { registry, begin, finish } = await withCharlie(open);
      const charlie = await registry.user('charlie');
      await begin.execute(charlie);

      await registry.start('phone', 't1');
      await registry.logIn('phone', 'charlie');
      await finish();

      const next = await registry.user('charlie');
      expect(next.userId).not.toBe(charlie.userId);
      expect(next).toMatchObject({ attributes: {}, tags: [] });
      expect(await registry.registeredOf('charlie')).toEqual(['phone']);
    });

    it('is begun once, however often it is asked for, and goes on where a crash left it', async () => {
      const { registry, begin, carryOut, finish, erasures } = await withCharlie(open);
      const charlie = await registry.user('charlie');
      const first = await begin.execute(charlie);

      expect((await begin.execute(charlie)).id).toBe(first.id);
      for (const one of carryOut) await one.execute();
      await finish();
      await finish();

      expect((await erasures.list(app, 10)).map(({ id, finishedAt }) => [id, finishedAt !== null])).toEqual([[first.id, true]]);
      expect(await begin.begun(app, 'charlie')).toMatchObject({ id: first.id });
      expect(await begin.begun(app, 'nobody')).toBeUndefined();
    });

    it('is done again in a database that knows the person still, and not in one that knows the erasure', async () => {
      const list = new MemoryList();
      const { registry, begin } = await withCharlie(open, list);
      await begin.execute(await registry.user('charlie'));
      expect(await begin.replay(() => undefined)).toBe(0);

      const restored = await withCharlie(open); // the same people, made anew
      const [charlie, kim] = [await restored.registry.user('charlie'), await restored.registry.user('kim')];
      restored.list.listed.push({ ...list.listed[0]!, userIds: [charlie.userId] });
      expect(await restored.begin.replay(() => undefined)).toBe(1);
      await restored.finish();

      await expect(restored.registry.user('charlie')).rejects.toMatchObject({ code: 'user_not_found' });
      expect(await restored.registry.user('kim')).toEqual(kim);
      expect(await restored.erasures.findById(app, list.listed[0]!.id)).toMatchObject({ subject: null });
    });

    it('gives a device to somebody new whose login was under way when the person went', async () => {
      const { registry, begin } = await withCharlie(open);
      const charlie = await registry.user('charlie');
      await registry.start('new', 't9');
      const { installations, users } = registry.opened;
      const save = installations.save.bind(installations);
      let isErased = false;
      installations.save = async (installation, ...rest) => {
        await save(installation, ...rest);
        if (installation.id !== 'new' || isErased) return;
        isErased = true;
        await users.remove((await users.findUnmerged(app, charlie.userId))!); // as the first step of an erasure does
      };

      await registry.logIn('new', 'charlie');

      const next = await registry.user('charlie');
      expect(next.userId).not.toBe(charlie.userId);
      expect(await registry.registeredOf('charlie')).toEqual(['new']);
      await begin.execute(next);
    });
  });

  describe(`${adapter} as an erasure repository`, () => {
    it('saves over the revision before alone, and finds what a service has to do', async () => {
      const { registry, begin, erasures } = await withCharlie(open);
      const erasure = await begin.execute(await registry.user('charlie'));
      const now = registry.opened.clock.now();

      expect((await erasures.findDue('campaign', now, 10)).map(({ id }) => id)).toEqual([erasure.id]);
      expect(await erasures.findDue('campaign', now - 1, 10)).toEqual([]);
      expect(await erasures.findDue('console', now, 10)).toEqual([]);
      const steps = erasure.steps.map((step) => (step.service === 'campaign' ? { ...step, state: 'done' as const } : step));
      await erasures.save({ ...erasure, revision: 2, steps });
      expect(await erasures.findDue('campaign', now, 10)).toEqual([]);
      await expect(erasures.save({ ...erasure, revision: 2 })).rejects.toThrow(StaleRevision);
      expect(await erasures.findById('other', erasure.id)).toBeUndefined();
      expect(await erasures.list(app, 10, { createdAt: erasure.createdAt, id: erasure.id })).toEqual([]);
    });
  });
}
