import { eventOf, eventTrackedV1, userMergedV1, userSubscriptionChangedV1, userUpdatedV1, type DomainEvent } from '#libs/events';
import { startConsumers } from '#libs/testing/http';
import { DeadLetters, EventPublisher, EventServer } from '#libs/messaging';
import { InstallationRepository, UserRepository } from '#libs/registry';
import { eventually } from '#libs/testing';
import { IdentityHttp, type Json } from './identity-http.ts';

let app: IdentityHttp;
beforeEach(async () => {
  app = await IdentityHttp.start();
});
afterEach(async () => {
  await app.close();
});

function part<T>(type: abstract new (...args: never[]) => T): T {
  return app.http.app.get<T>(type, { strict: false });
}

async function publish(...events: DomainEvent[]): Promise<void> {
  await part(EventPublisher).publish(events);
}

function anUpdate(data: Json & { app: string; externalId: string }): DomainEvent {
  return eventOf(userUpdatedV1, data, { id: `update-${data.externalId}`, source: 'shop', at: app.http.clock.now() });
}

/** What `push.activity` says of refused requests, as the log holds it. */
function activity(): Json[] {
  const rows = app.http.store
    .sql("SELECT value FROM log_records WHERE topic = 'push.activity' AND value LIKE '%request.rejected.v1%' ORDER BY at")
    .all();
  return rows.map(({ value }) => JSON.parse(String(value)) as Json);
}

describe('event.tracked.v1 from an internal service', () => {
  it('counts once for a user whom nobody knew, and keeps the properties that filters can ask for', async () => {
    await startConsumers(app.http);
    const told = (id: string, at = app.http.clock.now()) =>
      eventOf(
        eventTrackedV1,
        { app: 'demo', externalId: 'kim', name: 'order', properties: { total: 4, cart: { size: 2 }, lines: [{ sku: 1 }] } },
        { id, source: 'shop', at },
      );

    await publish(told('1'), told('2'), told('2'), told('3', app.http.clock.now() - 31 * 86_400_000));

    const { items } = await eventually(
      () => part(DeadLetters).list({}, 10),
      (letters) => letters.items.length === 1,
    );
    expect(items).toMatchObject([{ code: 'user_update_invalid' }]);
    const { body } = await app.call('GET', 'users/kim/export');
    expect(body['events']).toMatchObject([{ name: 'order', total: 2, properties: { total: 4, cart: { size: 2 } } }]);
  });
});

describe('user.updated.v1 from an internal service', () => {
  it('does what PATCH does, for users nobody knew too', async () => {
    await app.phone('phone-1', 1, { user: 'charlie' });
    await startConsumers(app.http);

    await publish(
      anUpdate({ app: 'demo', externalId: 'charlie', subscription: 'unsubscribed', attributes: { plan: 'gold' } }),
      anUpdate({ app: 'demo', externalId: 'new', tags: ['vip'] }),
    );

    const charlie = await eventually(
      () => app.user('charlie'),
      ({ body }) => body['subscription'] === 'unsubscribed',
    );
    expect(charlie.body['attributes']).toEqual({ plan: 'gold' });
    const fresh = await eventually(
      () => app.user('new'),
      ({ body }) => Array.isArray(body['tags']) && body['tags'].length > 0,
    );
    expect(fresh.body['tags']).toEqual(['vip']);
  });

  it('that is malformed goes to the dead letters with its reason, and its author is told', async () => {
    await startConsumers(app.http);

    await publish(
      anUpdate({ app: 'demo', externalId: 'bad', subscription: 'maybe', tags: ['not ok'] }),
      anUpdate({ app: 'nowhere', externalId: 'lost' }),
      anUpdate({ app: 'demo', externalId: 'good', tags: ['vip'] }),
    );

    const rejections = await eventually(
      async () => activity(),
      (events) => events.length === 2,
    );
    const byId = new Map(rejections.map(({ data }) => [(data as Json)['eventId'], data as Json]));
    expect(byId.get('update-bad')).toMatchObject({
      app: 'demo',
      source: 'shop',
      eventType: 'user.updated.v1',
      code: 'user_update_invalid',
      errors: [{ pointer: '/data/subscription' }, { pointer: '/data/tags/0' }],
    });
    expect(byId.get('update-lost')).toMatchObject({ app: 'nowhere', code: 'app_not_found', errors: [] });
    const { items } = await part(DeadLetters).list({}, 10);
    expect(items.map(({ code }) => code).sort()).toEqual(['app_not_found', 'user_update_invalid']);
    await eventually(
      () => app.user('good'),
      ({ status }) => status === 200,
    );
    expect((await app.user('bad')).status).toBe(404);
  });
});

describe('what a crash left behind', () => {
  it('P4: the consumer of user.merged finishes the move', async () => {
    await app.phone('tablet', 2, { user: 'charlie' });
    const { userId } = await app.phone('phone-1', 1);
    const users = part(UserRepository);
    const charlie = (await users.findByExternalId('demo', 'charlie'))!;
    const anonymous = (await users.findUnmerged('demo', userId))!;
    const merged = { ...anonymous, revision: anonymous.revision + 1, mergedInto: charlie.userId };
    const facts = { app: 'demo', userId, intoUserId: charlie.userId, revision: merged.revision };
    await users.save(merged, [eventOf(userMergedV1, facts, { source: 'test', at: app.http.clock.now() })]);

    await startConsumers(app.http);

    const found = await eventually(
      () => app.user('charlie'),
      ({ body }) => (body['installations'] as unknown[]).length === 2,
    );
    expect(found.body['userId']).toBe(charlie.userId);
  });

  it('P4: the consumers of subscription and attributes bring the copies up to date', async () => {
    await app.phone('phone-1', 1, { user: 'charlie' });
    const users = part(UserRepository);
    const charlie = (await users.findByExternalId('demo', 'charlie'))!;
    const revision = charlie.revision + 1;
    const facts = { app: 'demo', userId: charlie.userId, externalId: 'charlie', revision, subscription: 'unsubscribed' as const };
    const event = eventOf(userSubscriptionChangedV1, facts, { source: 'test', at: app.http.clock.now() });
    await users.save({ ...charlie, revision, subscription: 'unsubscribed' }, [event]);

    await startConsumers(app.http);

    const installations = part(InstallationRepository);
    const phone = await eventually(
      () => installations.findById('demo', 'phone-1'),
      (found) => found?.userRevision === revision,
    );
    expect(phone?.subscription).toBe('unsubscribed');
  });

  it('has a consumer registered for every event that identity waits for', async () => {
    await startConsumers(app.http);

    const heard = part(EventServer).subscriptions.flatMap(({ handlers }) => [...handlers.keys()]);

    expect(heard.sort()).toEqual([
      'event.tracked.v1',
      'user.attributes_changed.v1',
      'user.merged.v1',
      'user.subscription_changed.v1',
      'user.updated.v1',
    ]);
  });
});

describe('the OpenAPI document', () => {
  it('describes every call with an answer, an example and its errors', async () => {
    const { body } = await app.http.call('GET', '/v1/openapi.json');
    const paths = Object.entries((body as { paths: Record<string, Record<string, Operation>> }).paths).filter(([path]) =>
      path.includes('{app}'),
    );

    expect(paths.map(([path, item]) => `${Object.keys(item).sort().join(',')} ${path.slice('/v1/apps/{app}'.length)}`).sort()).toEqual([
      'delete,get,patch /users/{externalId}',
      'delete,patch,put /installations/{id}/user',
      'get /erasures',
      'get /erasures/{id}',
      'get /operations/{id}',
      'get /users',
      'get /users/{externalId}/export',
      'get /users/{externalId}/ledger',
      'get /users/{externalId}/reachability',
      'post /installations/{id}/events',
      'post /tags/bulk',
      'post /users/identify',
      'post /users/lookup',
      'post /users/merge',
      'post /users/track',
      'post /users/{externalId}/tags',
    ]);
    for (const operation of paths.flatMap(([, item]) => Object.values(item))) {
      expect(operation.summary).toBeTruthy();
      const [, success] = Object.entries(operation.responses).find(([status]) => status.startsWith('2')) ?? [];
      expect(success?.content?.['application/json']).toMatchObject({ schema: {}, example: {} });
      expect(operation.responses).toHaveProperty('404');
    }
  });
});

interface Operation {
  readonly summary: string;
  readonly responses: Record<string, { content?: Record<string, Json> }>;
}
