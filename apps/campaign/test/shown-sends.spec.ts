import { openApiOf } from '#libs/api';
import { messageId } from '#libs/kernel';
import { SqliteConversionRepository } from '#libs/sends/conversion/writing';
import { MetricsRegistry } from '#libs/service';
import { shownReceipts } from '../src/send/sums-shape.ts';
import { CampaignApp } from './campaign-app.ts';

let campaign: CampaignApp;

beforeEach(async () => {
  campaign = await CampaignApp.open();
});

afterEach(() => campaign.close());

describe('GET …/sends', () => {
  it('lists newest first, page by page, with filters', async () => {
    await campaign.phone('p1', { user: 'a' });
    const ids: string[] = [];
    for (let index = 0; index < 3; index += 1) {
      ids.push((await campaign.send({ to: { users: [index === 1 ? 'nobody' : 'a'] } })).sendId);
      campaign.http.clock.advance(1_000);
    }
    const list = async (query: string) =>
      (await campaign.call('GET', `/sends?${query}`)).body as { items: { id: string }[]; cursor: string };

    const first = await list('limit=2');
    const second = await list(`limit=2&cursor=${first.cursor}`);

    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids.toReversed());
    expect(second.cursor).toBeNull();
    expect((await list('state=no_target')).items.map(({ id }) => id)).toEqual([ids[1]]);
    campaign.http.clock.advance(60_000);
    expect((await list('stalledFor=30')).items.map(({ id }) => id)).toEqual([ids[2], ids[0]]);
    expect((await list('stalledFor=3000')).items).toEqual([]);
  });
});

describe('receipts', () => {
  it('are counted on a send, by what the devices said', async () => {
    const { sendId } = await campaign.send({ to: { installations: ['nobody'] } });
    const rates = { received: null, displayed: null, opened: null, dismissed: null };
    const none = { received: 0, displayed: 0, opened: 0, dismissed: 0, actions: {}, rates };
    expect((await campaign.show(sendId))['receipts']).toEqual(none);

    const count = campaign.http.store.sql('INSERT INTO receipt_counts (app, send_id, kind, messages) VALUES (?, ?, ?, ?)');
    for (const [kind, messages] of [
      ['received', 2],
      ['opened', 1],
      ['action:reply', 1],
    ] as const)
      count.run('shop', sendId, kind, messages);

    expect((await campaign.show(sendId))['receipts']).toEqual({ ...none, received: 2, opened: 1, actions: { reply: 1 } });
    expect((await campaign.call('GET', '/sends')).body).toMatchObject({ items: [{ receipts: { received: 2 } }] });
  });
});

describe('conversions', () => {
  const conversion = { event: 'order_placed', within: 'PT1H', value: 'total' };

  it('are counted on a send that names what it is for, and on no other', async () => {
    await campaign.phone('p1', { user: 'a' });
    const plain = await campaign.send({ to: { users: ['a'] } });
    const { sendId } = await campaign.send({ to: { users: ['a'] }, conversion });
    expect((await campaign.show(plain.sendId))['conversions']).toBeNull();
    expect((await campaign.show(sendId))['conversions']).toEqual({ count: 0, value: 0, after: { opened: 0, accepted: 0 } });

    await converted(sendId, 4.5);

    expect((await campaign.show(sendId))['conversions']).toEqual({ count: 1, value: 4.5, after: { opened: 1, accepted: 0 } });
  });

  it('are summed by campaign and variant', async () => {
    await campaign.phone('p1', { user: 'a' });
    const message = { title: 'Spring' };
    const variants = [{ name: 'short', share: 100, message }];
    expect((await campaign.call('PUT', '/campaigns/spring', { to: { everyone: true }, variants, conversion })).status).toBe(201);
    expect((await campaign.call('POST', '/campaigns/spring/launch', {})).status).toBe(202);
    const { items } = (await campaign.call('GET', '/sends?campaign=spring')).body as { items: { id: string }[] };
    await converted(items[0]?.id ?? '', 20);

    expect((await campaign.call('GET', '/campaigns/spring/stats')).body).toMatchObject({
      conversions: { count: 1, value: 20, after: { opened: 1, accepted: 0 } },
      variants: [{ name: 'short', converted: 1, convertedShare: null }],
    });
  });

  it('are refused with all that is wrong with them', async () => {
    const wrong = { event: '', within: 'P31D', value: '', more: 1 };

    const { status, body } = await campaign.call('POST', '/sends', { to: { everyone: true }, message: { title: 'x' }, conversion: wrong });

    expect(status).toBe(400);
    expect((body as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer).sort()).toEqual([
      '/conversion/event', '/conversion/more', '/conversion/value', '/conversion/within',
    ]); // prettier-ignore
  });
});

async function converted(sendId: string, value: number): Promise<void> {
  const conversions = new SqliteConversionRepository(campaign.http.store);
  const message = { app: 'shop', messageId: messageId(sendId, 'p1'), sendId, installationId: 'p1', ownerEpoch: 0, acceptedAt: 0 };
  await conversions.insert([{ ...message, converted: null }]);
  await conversions.convert('shop', message.messageId, { at: 1, after: 'opened', value, event: 'order_placed:1' });
}

describe('rates of receipts', () => {
  it('are of the accepted messages', () => {
    const counts = { received: 2, displayed: 1, opened: 3, dismissed: 0, actions: { reply: 1 } };

    expect(shownReceipts(counts, 3)).toEqual({ ...counts, rates: { received: 0.6667, displayed: 0.3333, opened: 1, dismissed: 0 } });
    expect(shownReceipts(counts, 0).rates.opened).toBeNull();
  });
});

describe('what an open send waits for', () => {
  it('names a missing credential', async () => {
    await campaign.phone('p1', { user: 'a' });
    const { sendId } = await campaign.send({ to: { users: ['a'] } });

    const missing = await campaign.show(sendId);
    await campaign.credential('apns', true);

    expect(missing['waitingFor']).toMatchObject([{ what: 'credentials', provider: 'apns', reason: 'credentials_missing' }]);
    expect((await campaign.show(sendId))['waitingFor']).toEqual([]);
  });

  it('names a provider that is down, with its own reason and when it is tried again', async () => {
    await campaign.phone('p1', { user: 'a' });
    await campaign.credential('apns', true);
    await campaign.providerIs('apns', { health: 'down', detail: 'ServiceUnavailable (503)' });

    const { sendId } = await campaign.send({ to: { users: ['a'] } });

    expect((await campaign.show(sendId))['waitingFor']).toEqual([
      {
        what: 'provider',
        provider: 'apns',
        reason: 'breaker_open',
        since: '2026-01-01T00:00:00.000Z',
        detail: 'ServiceUnavailable (503)',
        retryAt: '2026-01-01T00:00:05.000Z',
      },
    ]);
  });
});

describe('metrics', () => {
  it('count open sends and tell how long the slowest has stood still', async () => {
    await campaign.phone('p1', { user: 'a' });
    await campaign.send({ to: { users: ['a'] } });
    await campaign.send({ to: { users: ['nobody'] } });
    campaign.http.clock.advance(90_000);

    const text = await campaign.http.app.get(MetricsRegistry).text();

    expect(text).toContain('carillon_sends{app="shop",state="sending"} 1');
    expect(text).toContain('carillon_send_stalled_seconds{app="shop"} 90');
  });
});

describe('the OpenAPI document', () => {
  it('describes the body of a send, whose problems its handler finds itself', () => {
    const { paths, components } = openApiOf(campaign.http.app);
    const body = paths['/v1/apps/{app}/sends']?.post?.requestBody as { content: Record<string, { schema: { $ref: string } }> };

    expect(body.content['application/json']!.schema.$ref).toBe('#/components/schemas/SendRequestInput');
    expect(components!.schemas!['SendRequestInput']).toMatchObject({ required: ['to'] });
  });
});
