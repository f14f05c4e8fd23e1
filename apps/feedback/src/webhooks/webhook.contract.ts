import { StaleRevision } from '#libs/kernel';
import type { WebhookStore } from './webhook.store.ts';
import type { Delivery, Webhook } from './webhook.ts';

function aWebhook(facts: Partial<Webhook> = {}): Webhook {
  return {
    ...{
      app: 'demo',
      name: 'crm',
      revision: 1,
      url: 'https://example.com/',
      types: ['send.*'],
      description: null,
      batch: null,
      enabled: true,
    },
    ...{ disabledFor: null, since: 1, secrets: [{ sealed: 'v1.x', validUntil: null }], createdAt: 1, updatedAt: 1 },
    ...facts,
  };
}

function aDelivery(id: string, facts: Partial<Delivery> = {}): Delivery {
  return {
    ...{ id, app: 'demo', webhook: 'crm', type: 'send.finished.v1', body: '{}', state: 'pending', attempts: 0, dueAt: 10, createdAt: 10 },
    ...{ attemptedAt: null, status: null, error: null },
    ...facts,
  };
}

export function webhookStoreContract(adapter: string, open: () => Promise<WebhookStore>): void {
  describe(`${adapter} as a store of webhooks`, () => {
    const place = { app: 'demo', name: 'crm' };
    const idsOf = (deliveries: readonly Delivery[]) => deliveries.map(({ id }) => id);

    it('gives a webhook back whole, and refuses a save built on an old revision', async () => {
      const store = await open();
      await store.save(aWebhook());
      const next = aWebhook({ revision: 2, enabled: false, disabledFor: 'failing' });
      await store.save(next);

      await expect(store.save(aWebhook())).rejects.toThrow(StaleRevision);
      await expect(store.save(aWebhook({ revision: 2 }))).rejects.toThrow(StaleRevision);
      expect(await store.find(place)).toEqual(next);
      expect(await store.find({ app: 'other', name: 'crm' })).toBeUndefined();
    });

    it('lists those of an app by name, and the enabled ones of all', async () => {
      const store = await open();
      for (const one of [aWebhook({ name: 'z' }), aWebhook({ name: 'a', enabled: false }), aWebhook({ app: 'other' })])
        await store.save(one);

      expect((await store.list('demo')).map(({ name }) => name)).toEqual(['a', 'z']);
      expect((await store.enabled()).map(({ app, name }) => `${app}:${name}`).sort()).toEqual(['demo:z', 'other:crm']);
    });

    it('counts those that were disabled for a reason of ours', async () => {
      const store = await open();
      const off = { enabled: false, disabledFor: 'gone' } as const;
      for (const one of [
        aWebhook({ name: 'a', ...off }),
        aWebhook({ name: 'b', ...off }),
        aWebhook({ enabled: false }),
        aWebhook({ name: 'd' }),
      ])
        await store.save(one);

      expect(await store.disabled()).toEqual([{ app: 'demo', reason: 'gone', webhooks: 2 }]);
    });

    it('stores a delivery once, beside new ones', async () => {
      const store = await open();
      await store.add([aDelivery('a')]);
      await store.add([aDelivery('a', { body: 'again' }), aDelivery('b', { dueAt: null, state: 'delivered' })]);

      expect(await store.deliveries(place, undefined, 10)).toEqual([aDelivery('b', { dueAt: null, state: 'delivered' }), aDelivery('a')]);
    });

    it('finds what is due of one webhook, longest due first, and lets one have it', async () => {
      const store = await open();
      const others = [aDelivery('x', { webhook: 'other' }), aDelivery('y', { app: 'other' }), aDelivery('z', { dueAt: null })];
      await store.add([aDelivery('late', { dueAt: 30 }), aDelivery('b', { dueAt: 20 }), aDelivery('a', { dueAt: 5 }), ...others]);

      const due = await store.due(place, 20, 10);

      expect(idsOf(due)).toEqual(['a', 'b']);
      expect(idsOf(await store.due(place, 20, 1))).toEqual(['a']);
      expect(await store.claim(due[0]!, 100)).toBe(true);
      expect(await store.claim(due[0]!, 100)).toBe(false);
      expect(idsOf(await store.due(place, 20, 10))).toEqual(['b']);
    });

    it('keeps how a delivery stands, and lists it page by page, newest first', async () => {
      const store = await open();
      await store.add([1, 2, 3, 3].map((createdAt, n) => aDelivery(`d${n}`, { createdAt })));
      const ended = aDelivery('d1', {
        createdAt: 2,
        state: 'failed',
        attempts: 3,
        dueAt: null,
        attemptedAt: 9,
        status: 500,
        error: 'answered 500',
      });
      await store.record(ended);
      await store.record(aDelivery('gone'));

      expect(idsOf(await store.deliveries(place, undefined, 2))).toEqual(['d3', 'd2']);
      expect(idsOf(await store.deliveries(place, undefined, 10, { createdAt: 3, id: 'd2' }))).toEqual(['d1', 'd0']);
      expect(await store.deliveries(place, 'failed', 10)).toEqual([ended]);
      expect(await store.deliveries({ app: 'demo', name: 'other' }, undefined, 10)).toEqual([]);
    });

    it('makes what failed due again, from a time on', async () => {
      const store = await open();
      const failed = { state: 'failed', dueAt: null, attempts: 9 } as const;
      await store.add([
        aDelivery('old', { ...failed, createdAt: 1 }),
        aDelivery('new', { ...failed, createdAt: 5 }),
        aDelivery('fine', { state: 'delivered', dueAt: null, createdAt: 6 }),
        aDelivery('else', { ...failed, webhook: 'other', createdAt: 6 }),
      ]);

      expect(await store.replay(place, 5, 50)).toBe(1);
      expect(await store.due(place, 50, 10)).toEqual([aDelivery('new', { createdAt: 50, dueAt: 50 })]);
      expect(await store.replay(place, 0, 50)).toBe(1);
    });

    it('drops what is old a step at a time, and all of a webhook with it', async () => {
      const store = await open();
      await store.save(aWebhook());
      await store.add([1, 2, 3, 10].map((createdAt) => aDelivery(`at ${createdAt}`, { createdAt })));

      expect(await store.dropOlder(10, 2)).toBe(2);
      expect(await store.dropOlder(10, 2)).toBe(1);
      expect(await store.dropOlder(10, 2)).toBe(0);
      await store.remove(place);
      await store.remove(place);
      expect(await store.find(place)).toBeUndefined();
      expect(await store.deliveries(place, undefined, 10)).toEqual([]);
    });
  });
}
