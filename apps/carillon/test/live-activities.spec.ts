import { randomBytes } from 'node:crypto';
import { Platform, until } from './support/platform.ts';
import { Shop } from './support/shop.ts';

const minutes = 60_000;

interface Recorded {
  readonly token: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

interface Explained {
  readonly outcome: string;
  readonly reason: string | null;
}

const newToken = () => randomBytes(80).toString('hex');

describe('Live Activities', () => {
  let platform: Platform;
  let shop: Shop;

  beforeAll(async () => {
    platform = await Platform.start({ CARILLON_DEMO: 'false' });
    shop = await Shop.open(platform, 'shop');
  }, 3 * minutes);

  afterAll(() => platform.end());

  const push = (activity: string, body: object) => shop.call<{ id: string; counts: object; state: string; suppressedBy: object }>(
    'POST', `/live-activities/${activity}`, body, { prefer: 'wait=30' },
  ); // prettier-ignore

  async function recorded(sendId: string): Promise<readonly Recorded[]> {
    return (await platform.simulator<readonly Recorded[]>('GET', `/ledger?provider=apns&send=${sendId}`)).body;
  }

  async function keep(path: string): Promise<string> {
    const token = newToken();
    const answer = await shop.call('PUT', `/installations/${path}`, { token });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return token;
  }

  const start = {
    event: 'start',
    attributesType: 'Delivery',
    attributes: { order: 'A-17' },
    contentState: { minutesLeft: 30 },
    alert: { title: 'On its way', body: '{{ variables.minutes }} minutes' },
    variables: { minutes: '30' },
  };

  it(
    'show the later of two updates, however soon it comes',
    async () => {
      await shop.register('watcher', {});
      await keep('watcher/live-activities/order-19');
      const sends: string[] = [];
      for (const minutesLeft of [9, 8, 7]) sends.push((await push('order-19', { event: 'update', contentState: { minutesLeft } })).body.id);

      const pushes = (await Promise.all(sends.map(recorded))).flat() as readonly {
        body: { aps: { timestamp: number; 'content-state': object } };
      }[];
      expect(pushes.map(({ body }) => body.aps['content-state'])).toEqual([{ minutesLeft: 9 }, { minutesLeft: 8 }, { minutesLeft: 7 }]);
      const [first = 0, second = 0, third = 0] = pushes.map(({ body }) => body.aps.timestamp);
      expect(second).toBeGreaterThan(first);
      expect(third).toBeGreaterThan(second);
    },
    3 * minutes,
  );

  it(
    'are started on the devices of a user that can, updated by the tokens that these register, and ended',
    async () => {
      for (const id of ['phone', 'old-phone', 'android'])
        await shop.register(id, {
          externalId: 'charlie',
          ...(id === 'android' && { platform: 'android', provider: 'fcm', token: 'a'.repeat(40) + id }),
        });
      const startToken = await keep('phone/live-activity-starts/Delivery');

      const started = await push('order-17', { ...start, to: { users: ['charlie'] } });
      expect(started.body).toMatchObject({
        state: 'done',
        counts: { targeted: 3, accepted: 1, suppressed: 2 },
        suppressedBy: { no_activity_token: 2 },
      });
      const [first] = await recorded(started.body.id);
      expect(first).toMatchObject({
        token: startToken,
        headers: { 'apns-push-type': 'liveactivity', 'apns-topic': 'app.shop.push-type.liveactivity', 'apns-priority': '10' },
      });
      expect(first?.body).toMatchObject({
        aps: { event: 'start', 'attributes-type': 'Delivery', alert: { body: '30 minutes' }, 'input-push-token': 1 },
      });
      expect(first?.body).not.toHaveProperty('aps.badge');

      const updateToken = await keep('phone/live-activities/order-17');
      const updated = await push('order-17', { event: 'update', contentState: { minutesLeft: 5 } });
      expect(updated.body).toMatchObject({ state: 'done', counts: { targeted: 1, accepted: 1 } });
      expect(await recorded(updated.body.id)).toMatchObject([{ token: updateToken, headers: { 'apns-priority': '5' } }]);
      expect((await shop.call('GET', `/sends/${updated.body.id}/explain?installation=phone`)).body).toMatchObject({ outcome: 'accepted' });
      expect(await shop.outcomes(updated.body.id)).toEqual(new Map([['phone', 'accepted']]));

      expect((await push('order-17', { event: 'end', dismissalDate: '2026-01-01T00:00:00Z' })).body).toMatchObject({
        counts: { accepted: 1 },
      });
      expect((await push('order-18', { event: 'end' })).body).toMatchObject({ state: 'no_target' });
    },
    3 * minutes,
  );

  it(
    'forget the token that Apple calls dead, and leave the device its own',
    async () => {
      const own = await shop.register('two');
      const token = await keep('two/live-activities/match');
      await platform.simulator('PUT', '/faults', { provider: 'apns', token, behaviour: 'invalid' });

      const dead = await push('match', { event: 'update', contentState: {} });
      expect(dead.body).toMatchObject({ counts: { accepted: 0, failed: 1 } });
      await until(
        async () => (await push('match', { event: 'update', contentState: {} })).body.state,
        (state) => state === 'no_target',
        minutes,
      );

      const { body } = await shop.send({ to: { installations: ['two'] }, message: { title: 'Still here' } });
      expect(body).toMatchObject({ counts: { accepted: 1 } });
      expect((await recorded(body.id)).map((one) => one.token)).toEqual([own]);
    },
    3 * minutes,
  );

  it(
    'are not shown to whoever signs in later, nor after the installation is gone',
    async () => {
      await shop.register('three', { externalId: 'kim' });
      await keep('three/live-activities/parcel');
      await shop.call('PUT', '/installations/three/user', { externalId: 'lee' });
      expect((await push('parcel', { event: 'update', contentState: {} })).body).toMatchObject({ suppressedBy: { owner_changed: 1 } });

      await keep('three/live-activities/other');
      await shop.call('DELETE', '/installations/three');
      expect((await push('other', { event: 'update', contentState: {} })).body).toMatchObject({ state: 'no_target' });
    },
    3 * minutes,
  );

  it(
    'are updated by one push to a broadcast channel, which Apple makes, lists and deletes',
    async () => {
      const made = await shop.call<{ channelId: string }>('POST', '/apns-channels', { storage: 'latest' });
      expect(made).toMatchObject({ status: 201, body: { bundleId: 'app.shop', environment: 'production', storage: 'latest' } });
      const { channelId } = made.body;
      const path = `/apns-channels/${encodeURIComponent(channelId)}`;
      expect((await shop.call('GET', path)).body).toEqual(made.body);
      expect((await shop.call<{ channels: string[] }>('GET', '/apns-channels')).body.channels).toContain(channelId);
      expect((await shop.call<{ channels: string[] }>('GET', '/apns-channels?environment=sandbox')).body.channels).toEqual([]);

      const update = {
        event: 'update',
        contentState: { score: '{{ variables.score }}' },
        variables: { score: '1:0' },
        to: { channel: channelId },
      };
      const sent = await push('final', { ...update, ttl: 60 });
      expect(sent.body).toMatchObject({ state: 'done', counts: { targeted: 1, accepted: 1 } });
      const [one, ...others] = await recorded(sent.body.id);
      expect(others).toEqual([]);
      expect(one).toMatchObject({ token: channelId, headers: { ':path': '/4/broadcasts/apps/app.shop', 'apns-channel-id': channelId } });
      expect(one?.body).toMatchObject({ aps: { event: 'update', 'content-state': { score: '1:0' } } });
      const { body: line } = await shop.call<string>('GET', `/sends/${sent.body.id}/results`);
      expect(JSON.parse(line)).toEqual({ channel: channelId, provider: 'apns', outcome: 'accepted', reason: null, receipts: {} });
      expect((await shop.call('GET', `/sends/${sent.body.id}/explain`)).body).toMatchObject({ outcome: 'accepted' });
      await shop.register('six');
      const explained = await shop.call('GET', `/sends/${sent.body.id}/explain?installation=six`);
      expect(explained.body).toMatchObject({ outcome: 'not_targeted', reason: 'shared_address' });

      expect((await shop.call('DELETE', path)).status).toBe(204);
      expect((await shop.call('DELETE', path)).status).toBe(204);
      expect(await shop.call('GET', path)).toMatchObject({ status: 404, body: { code: 'channel_not_found' } });
      const gone = await push('final', update);
      expect(gone.body).toMatchObject({ state: 'done', counts: { accepted: 0, failed: 1 } });
      expect((await shop.call('GET', `/sends/${gone.body.id}/explain`)).body).toMatchObject({
        outcome: 'payload_bad',
        reason: 'ChannelNotRegistered',
      });
      expect((await shop.send({ to: { installations: ['six'] }, message: { title: 'Still here' } })).body.counts.accepted).toBe(1);
    },
    3 * minutes,
  );

  it('are on channels of bundle ids that the credential lists, and of an app that has one', async () => {
    const other = await shop.call('POST', '/apns-channels', { bundleId: 'app.other', storage: 'some' });
    expect(other).toMatchObject({ status: 400, body: { errors: [{ pointer: '/storage' }] } });
    const unlisted = await shop.call('GET', '/apns-channels?bundleId=app.other');
    expect(unlisted).toMatchObject({ status: 400, body: { errors: [{ pointer: '/bundleId', in: 'query' }] } });
    expect((await shop.call('GET', '/apns-channels/no%20channel')).status).toBe(400);
    // In base64, and none that Apple makes: it has a word of its own for that.
    expect(await shop.call('GET', '/apns-channels/undefined')).toMatchObject({ status: 404, body: { code: 'channel_not_found' } });
    expect(await shop.call('DELETE', '/apns-channels/undefined')).toMatchObject({ status: 204 });
    await platform.call('PUT', '/v1/apps/empty', { name: 'empty' });
    const { body } = await platform.call<{ key: string }>('POST', '/v1/apps/empty/keys', { kind: 'server' });
    const answer = await platform.call('POST', '/v1/apps/empty/apns-channels', {}, { key: body.key });
    expect(answer).toMatchObject({ status: 404, body: { code: 'credential_not_found' } });
  });

  it('are Apple’s, and of tokens that look like one', async () => {
    await shop.register('four', { platform: 'android', provider: 'fcm', token: 'b'.repeat(39) + 'four' });
    await shop.register('five');

    const answer = await shop.call<{ code: string }>('PUT', '/installations/four/live-activities/x', { token: newToken() });
    expect([answer.status, answer.body.code]).toEqual([409, 'installation_not_on_apns']);
    expect((await shop.call('PUT', '/installations/five/live-activities/x', { token: 'no token' })).status).toBe(400);
    expect((await shop.call('DELETE', '/installations/five/live-activities/x')).status).toBe(204);
    const unknown = await shop.call<Explained & { code: string }>('PUT', '/installations/nobody/live-activities/x', { token: newToken() });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'installation_not_found' } });
  });
});
