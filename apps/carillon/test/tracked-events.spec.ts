import { campaign } from '#apps/campaign';
import { identity } from '#apps/identity';
import { registration } from '#apps/registration';
import { eventOf, eventTrackedV1 } from '#libs/events';
import { EventPublisher } from '#libs/messaging';
import { BehaviourRepository, UserRepository } from '#libs/registry';
import { attemptMigrations, resultMigrations } from '#libs/sends';
import { until } from '#libs/testing';
import { EventParts, eventMigrations, startConsumers, startHttp, type TestHttp } from '#libs/testing/http';
import { eventsIn } from '#libs/testing/store';

interface Send {
  readonly id: string;
  readonly recipients: number;
}

let http: TestHttp;
let server: string;
let sdk: string;

beforeEach(async () => {
  http = await startHttp({
    imports: [
      EventParts.embedded(),
      registration.module(registration.settings.parse({}), 'embedded'),
      identity.module(identity.settings.parse({}), 'embedded'),
      campaign.module(campaign.settings.parse({}), 'embedded'),
    ],
    migrations: [...eventMigrations, ...attemptMigrations, ...resultMigrations],
  });
  await http.keys.app('shop');
  [server, sdk] = [await http.keys.key('shop', 'server'), await http.keys.key('shop', 'sdk')];
});
afterEach(() => http.close());

const part = <T>(type: abstract new (...args: never[]) => T): T => http.app.get<unknown, T>(type, { strict: false });
const call = (method: string, path: string, body?: unknown, key = server, headers: Readonly<Record<string, string>> = {}) =>
  http.call(method, `/v1/apps/shop/${path}`, { key, headers, ...(body !== undefined && { body }) });
const order = (id: string, total = 60) => ({ id, name: 'order_placed', properties: { total, cart: { size: 2 } } });
const sends = async () => ((await call('GET', 'sends?campaign=thanks')).body as { items: Send[] }).items;
const track = (items: unknown) => call('POST', 'users/track', items);
const published = () => eventsIn(http.store).filter(({ type }) => type === 'event.tracked.v1');

/** Registers by the SDK; answers what it proves itself with. */
async function phone(id: string, externalId?: string): Promise<Readonly<Record<string, string>>> {
  const device = { platform: 'ios', provider: 'apns', environment: 'production', bundleId: 'com.example.shop', permission: 'granted' };
  const token = Buffer.from(id.padEnd(32, '.')).toString('hex');
  const { status, body } = await call('PUT', `installations/${id}`, { ...device, token, ...(externalId && { externalId }) }, sdk);
  expect(status).toBe(201);
  return { 'x-installation-secret': (body as { installationSecret: string }).installationSecret };
}

async function launch(on: Readonly<Record<string, unknown>> = { event: 'order_placed' }): Promise<void> {
  const message = { title: 'Thanks for {{ event.properties.cart.size }} things' };
  expect((await call('PUT', 'campaigns/thanks', { to: { everyone: true }, message, schedule: { on } })).status).toBe(201);
  expect((await call('POST', 'campaigns/thanks/launch', {})).status).toBe(202);
}

describe('what people did, told by HTTP', () => {
  it('starts the campaigns that wait for it, once for one id, by a server and by an SDK', async () => {
    const headers = await phone('kims-phone', 'kim');
    await phone('lees-phone', 'lee');
    await launch({ event: 'order_placed', where: { property: 'total', op: 'gte', value: 50 } });
    await startConsumers(http);

    const told = await track([
      { externalId: 'lee', events: [order('1'), order('1'), order('2', 10)] },
      { externalId: 'kim', events: [order('3', 10)] },
    ]);
    const bySdk = await call('POST', 'installations/kims-phone/events', [order('4')], sdk, headers);
    const again = await call('POST', 'installations/kims-phone/events', [order('4')], sdk, headers);

    expect([told.body, bySdk.body, again.body]).toMatchObject([
      { accepted: 2, rejected: 0 },
      { accepted: 1, duplicates: 0 },
      { accepted: 0, duplicates: 1 },
    ]);
    await until(async () => (await sends()).length === 2);
    expect(await sends()).toMatchObject([{ recipients: 1 }, { recipients: 1 }]);
    expect(published()).toHaveLength(4);
    // What comes behind them for the same person says that identity has read its own events, too.
    const data = { app: 'shop', externalId: 'kim', name: 'seen', properties: {} };
    await part(EventPublisher).publish([eventOf(eventTrackedV1, data, { source: '/shop', at: http.clock.now() })]);
    const counted = async () => ((await call('GET', 'users/kim/export')).body as { events: { name: string; total: number }[] }).events;
    await until(async () => (await counted()).length === 2);
    expect(await counted()).toMatchObject([
      { name: 'order_placed', total: 2 },
      { name: 'seen', total: 1 },
    ]);
  });

  it('is published before it is counted: a call that broke off in between and comes again starts them, too, and counts once', async () => {
    await phone('kims-phone', 'kim');
    await launch();
    const publisher = part(EventPublisher);
    const publish = publisher.publish.bind(publisher);
    publisher.publish = async (events) => {
      await publish(events);
      throw new Error('the process is gone');
    };
    expect((await track([{ externalId: 'kim', events: [order('1')] }])).status).toBe(500);
    publisher.publish = publish;

    expect((await track([{ externalId: 'kim', events: [order('1')] }])).body).toMatchObject({ items: [{ status: 'accepted' }] });
    await startConsumers(http);

    await until(async () => (await sends()).length > 0);
    const ids = published().map(({ id }) => id);
    expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
    expect(await sends()).toHaveLength(1);
    expect((await call('GET', 'users/kim/export')).body).toMatchObject({ events: [{ total: 1 }] });
  });

  it('publishes nothing where it counts nothing, and of nobody without an external id', async () => {
    const headers = await phone('new-phone');
    await track([{ externalId: 'kim', events: Array.from({ length: 100 }, (_, n) => ({ id: `${n}`, name: `e${n}` })) }]);
    const before = published().length;

    const anonymous = await call('POST', 'installations/new-phone/events', [order('1')], sdk, headers);
    const refused = await track([{ externalId: 'kim', events: [{ id: '101', name: 'e7' }, order('1')] }]);

    expect(anonymous.body).toMatchObject({ accepted: 1 });
    expect(refused.body).toMatchObject({ items: [{ status: 'rejected', problem: { code: 'too_many_event_names' } }] });
    expect(published()).toHaveLength(before);
    const kim = await part(UserRepository).findByExternalId('shop', 'kim');
    expect((await part(BehaviourRepository).ofUser('shop', kim?.userId ?? ''))['e7']?.total).toBe(1);
  });
});
