import { StartScheduledSends } from '../src/schedule/start-scheduled-sends.ts';
import { CampaignApp, app, type Body } from './campaign-app.ts';

let campaign: CampaignApp;

beforeEach(async () => {
  campaign = await CampaignApp.open();
  await campaign.phone('p1', { user: 'kim' });
});

afterEach(() => campaign.close());

const code = {
  message: { title: 'Your code is {{variables.code}}', body: 'for {{variables.minutes}} minutes' },
  variables: { code: { type: 'string', required: true, example: '12' }, minutes: { type: 'number', default: 5 }, until: { type: 'date' } },
  purpose: 'transactional',
};
const write = (body: Body = code, headers: Record<string, string> = {}) => campaign.call('PUT', '/templates/code', body, headers);
const post = (body: Body) => campaign.call('POST', '/sends', { to: { users: ['kim'] }, template: 'code', ...body });
const problems = ({ body }: { body: unknown }) => (body as { errors: { pointer: string; message: string }[] }).errors;
const stored = async (sendId: string) => {
  const rows = campaign.http.store.sql('SELECT * FROM sends WHERE id = ?').all(sendId);
  return JSON.stringify(rows);
};

describe('templates', () => {
  it('are written, read, listed and deleted', async () => {
    const created = await write();
    const minutes = { type: 'number', required: false, default: 5 };
    expect(created).toMatchObject({ status: 201, headers: { etag: '"1"' }, body: { name: 'code', revision: 1, purpose: 'transactional' } });
    expect(created.body).toMatchObject({ message: code.message, variables: { minutes } });
    expect(await write(code, { 'if-match': '"1"' })).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    expect(await write(code, { 'if-match': '"1"' })).toMatchObject({ status: 412, body: { code: 'revision_mismatch' } });
    expect((await campaign.call('GET', '/templates')).body).toMatchObject({ items: [{ name: 'code', revision: 2 }], cursor: null });
    expect((await campaign.call('DELETE', '/templates/code', undefined, { 'if-match': '"2"' })).status).toBe(204);
    expect(await campaign.call('GET', '/templates/code')).toMatchObject({ status: 404, body: { code: 'template_not_found' } });
  });

  it('are refused with every problem at once', async () => {
    const variables = { 'no name': { type: 'string' }, age: { type: 'number', default: 'five' }, at: { type: 'date', example: 'today' } };
    const answer = await write({ message: { title: '{{ oops', sound: 7 }, variables, purpose: 'fun', more: 1 });

    expect(answer).toMatchObject({ status: 400, body: { code: 'template_invalid' } });
    expect(
      problems(answer)
        .map(({ pointer }) => pointer)
        .sort(),
    ).toEqual(
      [
        '/message/sound',
        '/message/title',
        '/more',
        '/purpose',
        '/variables/age/default',
        '/variables/at/example',
        '/variables/no name',
      ].sort(),
    );
  });

  it('stay while a campaign names them', async () => {
    await write();
    await campaign.call('PUT', '/campaigns/login', { to: { users: ['kim'] }, template: 'code' });

    expect(await campaign.call('DELETE', '/templates/code')).toMatchObject({ status: 409, body: { code: 'template_in_use' } });
    await campaign.call('DELETE', '/campaigns/login');
    expect((await campaign.call('DELETE', '/templates/code')).status).toBe(204);
  });
});

describe('a send by template', () => {
  it('has its message, defaults and purpose, and keeps them', async () => {
    await write();
    const created = await post({ variables: { code: '88' } });
    const { sendId } = created.body as { sendId: string };
    await write({ message: { title: 'Changed' } });

    expect(created.status).toBe(202);
    expect(await stored(sendId)).toContain('Your code is');
    expect(await stored(sendId)).toContain('transactional');
    await campaign.settleAll(sendId);
    expect(await campaign.show(sendId)).toMatchObject({ state: 'done', counts: { accepted: 1 } });
  });

  it('is refused with every problem at once', async () => {
    await write();
    const answer = await post({ variables: { minutes: 'five', until: 'soon' }, options: { ttl: -1 } });

    expect(answer).toMatchObject({ status: 400, body: { code: 'request_invalid' } });
    expect(problems(answer)).toEqual(
      expect.arrayContaining([
        { pointer: '/variables/code', message: 'Is required by the template' },
        { pointer: '/variables/minutes', message: 'Must be a number' },
        { pointer: '/variables/until', message: 'Must be a date' },
        expect.objectContaining({ pointer: '/options/ttl' }),
      ]),
    );
    expect(problems(answer)).toHaveLength(4);
  });

  it('takes a required variable of all, or of each user', async () => {
    await write();
    const to = { users: [{ externalId: 'kim', variables: { code: '1' } }, 'charlie'] };

    expect(problems(await post({ to }))).toEqual([{ pointer: '/to/users/1/variables/code', message: 'Is required by the template' }]);
    expect((await post({ to, variables: { code: '2' } })).status).toBe(202);
    expect(problems(await post({ to: { users: [{ externalId: 'kim', variables: { code: 7 } }] } }))).toEqual([
      { pointer: '/to/users/0/variables/code', message: 'Must be a string' },
    ]);
  });

  it.each([
    [{ template: 'none' }, 'template_unknown', '/template'],
    [{ template: 7 }, 'request_invalid', '/template'],
    [{ template: '' }, 'request_invalid', '/template'],
    [{ message: { title: 'Hi' }, variables: { code: '1' } }, 'request_invalid', '/template'],
  ])('is no send with %j', async (body, problem, pointer) => {
    await write();
    const answer = await post(body);

    expect(answer).toMatchObject({ status: 400, body: { code: problem } });
    expect(problems(answer).map((one) => one.pointer)).toEqual([pointer]);
  });

  it('waits for its time with the text as it was', async () => {
    await write();
    const sendAt = new Date(campaign.http.clock.now() + 3_600_000).toISOString();
    const { sendId } = (await post({ variables: { code: '88' }, options: { sendAt } })).body as { sendId: string };
    await write({ message: { title: 'Changed' } });
    campaign.http.clock.advance(3_600_000);
    await campaign.http.app.get(StartScheduledSends, { strict: false }).execute();

    expect(await stored(sendId)).toContain('Your code is');
  });
});

describe('a campaign by template', () => {
  it('has the text of its launch, and takes what is required with the launch', async () => {
    await write();
    const put = await campaign.call('PUT', '/campaigns/login', { to: { users: ['kim'] }, template: 'code', variables: { minutes: 3 } });
    expect(put).toMatchObject({ status: 201, body: { template: 'code', variables: { minutes: 3 } } });
    expect(put.body).not.toHaveProperty('message');
    await write({ ...code, message: { title: 'New {{variables.code}}' } });

    const launch = (variables: Body) => campaign.call('POST', '/campaigns/login/launch', { variables });
    expect(problems(await launch({}))).toEqual([{ pointer: '/variables/code', message: 'Is required by the template' }]);
    const { sendId } = (await launch({ code: '1' })).body as { sendId: string };
    expect(await stored(sendId)).toContain('New {{variables.code}}');
  });

  it('has variables of any name, those of every object included', async () => {
    const variables = Object.fromEntries(['valueOf', 'toString', 'hasOwnProperty'].map((name) => [name, { type: 'string', default: 'd' }]));
    const put = await campaign.call('PUT', '/templates/odd', { message: { title: '{{variables.valueOf}}' }, variables });
    expect(put.status).toBe(201);

    const send = (more: Body) => campaign.call('POST', '/sends', { to: { users: ['kim'] }, template: 'odd', ...more });
    expect((await send({})).status).toBe(202);
    expect((await send({ variables: { valueOf: 'given' } })).status).toBe(202);
  });

  it('is refused where there is no such template, or a variable is of another type', async () => {
    await write();
    const put = (body: Body) => campaign.call('PUT', '/campaigns/login', { to: { users: ['kim'] }, ...body });

    expect(await put({ template: 'none' })).toMatchObject({ status: 400, body: { code: 'template_unknown' } });
    expect(problems(await put({ template: 'code', variables: { minutes: true } }))).toEqual([
      { pointer: '/variables/minutes', message: 'Must be a number' },
    ]);
  });
});

describe('an event by template', () => {
  const event = (id: string, data: Body) => ({
    specversion: '1.0', id, source: '/auth', type: 'send.requested.v1', data: { app, to: { users: ['kim'] }, ...data },
  }); // prettier-ignore
  const say = async (id: string, data: Body) =>
    (await campaign.http.call('POST', '/v1/events', {
      key: campaign.key,
      headers: { 'content-type': 'application/cloudevents+json' },
      body: event(id, data),
    })).body; // prettier-ignore

  it('makes its send, and is refused like the call', async () => {
    await write();

    expect(await say('1', { template: 'code', variables: { code: '9' } })).toMatchObject([{ status: 'accepted' }]);
    expect(await say('2', { template: 'code' })).toMatchObject([
      { status: 'rejected', problem: { errors: [{ pointer: '/data/variables/code', message: 'Is required by the template' }] } },
    ]);
    expect(await say('3', { template: 'none' })).toMatchObject([{ status: 'rejected', problem: { code: 'template_unknown' } }]);
  });
});
