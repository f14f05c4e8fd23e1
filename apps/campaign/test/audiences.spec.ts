import { BehaviourRepository } from '#libs/registry';
import { CampaignApp, app, type Body } from './campaign-app.ts';

let campaign: CampaignApp;

beforeEach(async () => {
  campaign = await CampaignApp.open();
  await campaign.phone('a', { user: 'kim', tags: ['vip'] });
  const { userId } = await campaign.installations.findById(app, 'a').then((found) => found ?? { userId: '' });
  const order = (id: string, total: number, at: number) => ({ id, name: 'order', at, properties: { total } });
  const now = campaign.http.clock.now();
  await campaign.http.app.get(BehaviourRepository).count(app, userId, [order('1', 5, now - 86_400_000), order('2', 10, now)]);
  await campaign.phone('b', { user: 'kim', platform: 'android', provider: 'fcm' });
  await campaign.phone('c', { platform: 'android', provider: 'fcm', tags: ['vip'] });
});

afterEach(() => campaign.close());

const android = { device: 'platform', op: 'eq', value: 'android' };
const preview = async (body: Body) => (await campaign.call('POST', '/audiences/preview', body)).body;
const put = (name: string, filter: unknown, more: Body = {}) => campaign.call('PUT', `/audiences/${name}`, { filter, ...more });
const explain = (body: Body) => campaign.call('POST', '/audiences/explain', body);
const problems = ({ body }: { body: unknown }) => (body as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer);

describe('a filter', () => {
  it.each([
    [{ tag: 'vip' }, ['a', 'c']],
    [{ and: [{ tag: 'vip' }, android] }, ['c']],
    [{ not: android }, ['a']],
    [{ or: [android, { user: 'externalId', op: 'eq', value: 'kim' }] }, ['a', 'b', 'c']],
    [{ user: 'known', op: 'eq', value: false }, ['c']],
    [{ lastSeen: { after: 'PT1H' } }, ['a', 'b', 'c']],
    [{ lastSeen: { before: 'PT1H' } }, []],
    [{ attr: 'age', op: 'exists', value: false }, ['a', 'b', 'c']],
    [{ event: 'order' }, ['a', 'b']],
    [{ event: 'order', within: 'P7D', count: { gte: 2 } }, ['a', 'b']],
    [{ event: 'order', within: 'P7D', count: { gt: 2 } }, []],
    [{ event: 'order', where: { property: 'total', op: 'gte', value: 10 } }, ['a', 'b']],
    [{ not: { event: 'order', where: { property: 'total', op: 'lt', value: 10 } } }, ['a', 'b', 'c']],
    [{ event: 'order', count: { eq: 0 } }, ['c']],
  ])('%j selects %j, in previews and sends alike', async (filter, ids) => {
    expect(await preview({ filter })).toMatchObject({ installations: ids.length, sample: expect.arrayContaining(ids) as string[] });
    const { recipients, sendId, state } = await campaign.send({ to: { filter } });

    expect(recipients).toBe(ids.length);
    if (ids.length === 0) {
      expect(state).toBe('no_target');
      return;
    }
    await campaign.settleAll(sendId);
    expect(await campaign.show(sendId)).toMatchObject({ counts: { targeted: ids.length } });
  });

  it('is refused with every problem and its place', async () => {
    const filter = {
      and: [
        { device: 'colour', op: 'eq', value: 'red' },
        { attr: 'age', op: 'near', value: 1 },
        { attr: 'age', op: 'between', value: 1 },
        { not: { tag: '' } },
        { user: 'subscription', op: 'eq', value: 'maybe' },
        { device: 'notificationsEnabled', op: 'gt', value: 1 },
        { lastSeen: { before: 'yesterday' } },
        { near: { lat: 91, lon: 0, km: 1 } },
        { random: { percent: 101, salt: 'x' } },
        { or: [] },
        { event: 'bought', within: 'P1M', count: { near: 1 }, where: { property: '', op: 'eq' } },
        { what: 1 },
        { tag: 'a', attr: 'b' },
        7,
      ],
    };
    const answer = await campaign.call('POST', '/sends', { to: { filter }, message: { title: 'Hi' } });

    expect(answer).toMatchObject({ status: 400, body: { code: 'filter_invalid' } });
    expect(new Set(problems(answer).map((pointer) => pointer.split('/')[4]))).toEqual(
      new Set(Array.from({ length: 14 }, (_, n) => String(n))),
    );
    expect(await preview({ filter })).toMatchObject({ code: 'filter_invalid' });
    expect(await put('bad', filter)).toMatchObject({ status: 400, body: { code: 'filter_invalid' } });
  });

  it('has a depth and a number of leaves', async () => {
    let deep: object = { tag: 'vip' };
    for (let level = 1; level < 16; level += 1) deep = { not: deep };
    expect(await preview({ filter: deep })).toMatchObject({ installations: 1 });
    expect(await preview({ filter: { not: deep } })).toMatchObject({ code: 'filter_invalid' });
    const leaves = (count: number) => ({ or: Array.from({ length: count }, (_, n) => ({ tag: `t${n}` })) });
    expect(await preview({ filter: leaves(200) })).toMatchObject({ installations: 0 });
    expect(await preview({ filter: leaves(201) })).toMatchObject({ code: 'filter_invalid' });
  });

  it('keeps its dates as they were when the send was made', async () => {
    const { sendId } = await campaign.send({ to: { filter: { and: [{ lastSeen: { after: 'PT1H' } }, { tag: 'nobody' }] } } });
    const row = campaign.http.store.sql('SELECT * FROM sends WHERE id = ?').get(sendId);

    expect(JSON.stringify(row)).toContain(String(campaign.http.clock.now() - 3_600_000));
  });
});

describe('audiences', () => {
  it('are written, counted, listed and deleted', async () => {
    const created = await put('droids', android, { description: 'Android' });
    expect(created).toMatchObject({
      status: 201,
      headers: { etag: '"1"' },
      body: { name: 'droids', filter: android, description: 'Android', revision: 1, installations: 2, users: 2 },
    });
    await campaign.phone('d', { platform: 'android', provider: 'fcm' });
    expect((await campaign.call('GET', '/audiences/droids')).body).toMatchObject({ installations: 3 });
    expect(await campaign.call('PUT', '/audiences/droids', { filter: android }, { 'if-match': '"7"' })).toMatchObject({ status: 412 });
    expect((await campaign.call('GET', '/audiences')).body).toMatchObject({ items: [{ name: 'droids' }], cursor: null });
    expect((await campaign.call('DELETE', '/audiences/droids')).status).toBe(204);
    expect(await campaign.call('GET', '/audiences/droids')).toMatchObject({ status: 404, body: { code: 'audience_not_found' } });
  });

  it('are written as text, too, and answered as both', async () => {
    const text = 'tag:vip and device.platform = android';
    const filter = { and: [{ tag: 'vip' }, android] };
    const written = await campaign.call('PUT', '/audiences/droids', { text });

    expect(written).toMatchObject({ status: 201, body: { filter, text, installations: 1 } });
    expect(await campaign.call('PUT', '/audiences/droids', { filter, text })).toMatchObject({ status: 200, body: { revision: 2 } });
    expect(await preview({ text })).toMatchObject({ installations: 1, sample: ['c'], byAppVersion: {}, cost: { rowsRead: 3 } });
    expect((await explain({ text, installation: 'a' })).body).toEqual({
      matches: false,
      firstFalse: { pointer: '/and/1', leaf: android, actual: 'ios' },
    });
  });

  it.each([
    [{ text: 'tag:vip and' }, [{ pointer: '/text', position: 12 }]],
    [{ text: 'tag:a and device.colour = red or near(lat: 91, lon: 0, km: 1)' }, [{ pointer: '/text', position: 11 }, { pointer: '/text', position: 34 }]],
    [{ text: 'tag:a', filter: android }, [{ pointer: '/text' }]],
    [{ description: 'nothing' }, [{ pointer: '/filter' }]],
    [{ text: 7, filter: { tag: '' } }, [{ pointer: '/text' }, { pointer: '/filter/tag' }]],
    [{ text: 'tag:"\\ud800"' }, [{ pointer: '/text', position: 5 }]],
  ])('are refused with the place in the text: %j', async (body, errors) => {
    expect(await campaign.call('PUT', '/audiences/bad', body)).toMatchObject({ status: 400, body: { errors } });
  }); // prettier-ignore

  it('explain a person by each of the installations', async () => {
    expect((await explain({ text: 'device.platform = android', user: 'kim' })).body).toMatchObject({
      matches: true,
      firstFalse: null,
      installations: expect.arrayContaining([
        { installation: 'a', matches: false, firstFalse: { pointer: '', leaf: android, actual: 'ios' } },
        { installation: 'b', matches: true, firstFalse: null },
      ]) as unknown,
    });
    expect((await explain({ text: 'tag:none', user: 'kim' })).body).toMatchObject({ matches: false, firstFalse: { pointer: '' } });
    expect(await explain({ text: 'tag:none', user: 'nobody' })).toMatchObject({ status: 404, body: { code: 'user_not_found' } });
    expect(await explain({ text: 'tag:none', user: 'kim', installation: 'a' })).toMatchObject({ status: 400 });
    expect(await explain({ text: 'tag:none' })).toMatchObject({ status: 400, body: { code: 'request_invalid' } });
  });

  it('stand inside each other, and are sent to', async () => {
    await put('droids', android);
    await put('vips', { and: [{ audience: 'droids' }, { tag: 'vip' }] });

    expect(await preview({ audience: 'vips' })).toMatchObject({ installations: 1, sample: ['c'] });
    expect(await campaign.send({ to: { audience: 'vips' } })).toMatchObject({ recipients: 1 });
    await campaign.call('PUT', '/campaigns/spring', { to: { audience: 'vips' }, message: { title: 'Hi' } });
    expect((await campaign.call('POST', '/campaigns/spring/launch', {})).body).toMatchObject({ recipients: 1 });
  });

  it('never lead back to themselves, and name nothing that is not there', async () => {
    await put('a', android);
    await put('b', { audience: 'a' });

    expect(await put('a', { not: { audience: 'b' } })).toMatchObject({ status: 409, body: { code: 'audience_cycle' } });
    expect(await put('c', { audience: 'c' })).toMatchObject({ status: 409, body: { code: 'audience_cycle' } });
    expect(await put('c', { audience: 'none' })).toMatchObject({ status: 400, body: { code: 'audience_unknown' } });
    const answer = await campaign.call('POST', '/sends', { to: { audience: 'none' }, message: { title: 'Hi' } });
    expect(answer).toMatchObject({ status: 400, body: { code: 'audience_unknown' } });
  });

  it('count what they name wherever they name it', async () => {
    await put('a0', { or: Array.from({ length: 8 }, () => ({ tag: 'a' })) });
    const eight = (name: string) => ({ or: Array.from({ length: 8 }, () => ({ audience: name })) });
    expect(await put('a1', eight('a0'))).toMatchObject({ status: 201 });

    expect(await put('a2', eight('a1'))).toMatchObject({ status: 400, body: { code: 'filter_invalid' } });
    expect(await campaign.call('GET', '/audiences/a2')).toMatchObject({ status: 404 });
    expect(await preview({ filter: { and: [eight('a1'), { audience: 'a0' }] } })).toMatchObject({ code: 'filter_invalid' });
  });

  it('stay while something names them', async () => {
    await put('droids', android);
    await put('others', { not: { audience: 'droids' } });
    await campaign.call('PUT', '/campaigns/spring', { to: { filter: { audience: 'others' } }, message: { title: 'Hi' } });

    expect(await campaign.call('DELETE', '/audiences/droids')).toMatchObject({ status: 409, body: { code: 'audience_in_use' } });
    expect(await campaign.call('DELETE', '/audiences/others')).toMatchObject({ status: 409, body: { code: 'audience_in_use' } });
  });

  it('say why an installation is not in them', async () => {
    await put('droids', { and: [{ tag: 'vip' }, android] });

    expect((await explain({ audience: 'droids', installation: 'c' })).body).toEqual({ matches: true, firstFalse: null });
    expect((await explain({ audience: 'droids', installation: 'a' })).body).toEqual({
      matches: false,
      firstFalse: { pointer: '/and/1', leaf: android, actual: 'ios' },
    });
    expect((await explain({ filter: { not: { tag: 'vip' } }, installation: 'a' })).body).toMatchObject({
      matches: false,
      firstFalse: { pointer: '/not', actual: ['vip'] },
    });
    expect(await campaign.call('POST', '/audiences/explain', JSON.stringify('a/a/a'))).toMatchObject({
      status: 400,
      body: { code: 'request_invalid' },
    });
    for (const installation of [undefined, null, 17, '', {}, ['a'], 'x'.repeat(129), 'a\u0000'])
      expect(await explain({ audience: 'droids', installation })).toMatchObject({
        status: 400,
        body: { code: 'request_invalid', errors: [{ pointer: '/installation' }] },
      });
    expect(await explain({ audience: 'droids', installation: 'none' })).toMatchObject({
      status: 404,
      body: { code: 'installation_not_found' },
    });
  });
});
