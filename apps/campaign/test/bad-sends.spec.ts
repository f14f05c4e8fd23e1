import { CampaignApp } from './campaign-app.ts';

let campaign: CampaignApp;

beforeEach(async () => {
  campaign = await CampaignApp.open();
});

afterEach(() => campaign.close());

describe('bad sends', () => {
  it.each([
    ['an empty target', { to: {} }, 'target_empty', '/to'],
    ['an unset list', { to: { users: null } }, 'target_empty', '/to'],
    ['an empty expression', { to: { tags: ' ' } }, 'target_empty', '/to'],
    ['no target', {}, 'target_empty', '/to'],
    ['two targets', { to: { everyone: true, tags: 'a' } }, 'request_invalid', '/to'],
    ['a bad tag expression', { to: { tags: 'a b' } }, 'tag_expression_invalid', '/to/tags'],
    ['bad Liquid', { to: { everyone: true }, message: { title: 'Hi {{ user.name' } }, 'template_invalid', '/message/title'],
    ['a reserved key', { to: { everyone: true }, message: { data: { 'google.x': '1' } } }, 'reserved_data_key', '/message/data/google.x'],
    ['an empty message', { to: { everyone: true }, message: { sound: 'x' } }, 'request_invalid', '/message'],
    ['an unknown field', { to: { everyone: true }, extra: 1 }, 'request_invalid', '/extra'],
    ['a marketing send to all', { to: { everyone: true }, options: { subscription: 'all' } }, 'request_invalid', '/options/subscription'],
    ['a time to live below nothing', { to: { everyone: true }, options: { ttl: -1 } }, 'request_invalid', '/options/ttl'],
    ['a badge that is no number', { to: { everyone: true }, message: { title: 'x', badge: 'many' } }, 'request_invalid', '/message/badge'],
    [
      'a template of installations without properties',
      { to: { everyone: true }, message: { installationTemplate: 'news' } },
      'request_invalid',
      '/message',
    ],
    ['properties without a template', { to: { everyone: true }, message: { title: 'x', properties: {} } }, 'request_invalid', '/message'],
    [
      'a template beside a message',
      { to: { everyone: true }, message: { title: 'x', installationTemplate: 'n', properties: {} } },
      'request_invalid',
      '/message',
    ],
    [
      'properties that are no texts',
      { to: { everyone: true }, message: { installationTemplate: 'n', properties: { a: 1 } } },
      'request_invalid',
      '/message/properties/a',
    ],
    [
      'properties alike but for case',
      { to: { everyone: true }, message: { installationTemplate: 'n', properties: { a: '', A: '' } } },
      'request_invalid',
      '/message/properties',
    ],
    [
      'bad Liquid in a property',
      { to: { everyone: true }, message: { installationTemplate: 'n', properties: { a: '{{ a' } } },
      'template_invalid',
      '/message/properties/a',
    ],
    [
      'a template for a topic',
      { to: { topic: 'news' }, message: { installationTemplate: 'n', properties: {} } },
      'request_invalid',
      '/message/installationTemplate',
    ],
    ['a token of the wrong form', { to: { provider: 'apns', tokens: ['xyz'] } }, 'request_invalid', '/to/tokens/0'],
  ])('%s is refused', async (_, body, code, pointer) => {
    const answer = await campaign.call('POST', '/sends', { message: { title: 'x' }, ...body });

    expect(answer).toMatchObject({
      status: 400,
      body: { code, errors: expect.arrayContaining([expect.objectContaining({ pointer })]) as unknown },
    });
  });

  it.each([
    [{ purpose: 'transactional' }, '/purpose', 'options.purpose'],
    [{ titel: 'x' }, '/titel', 'message.title'],
    [{ variabels: {} }, '/variabels', 'variables'],
    [{ options: { maxRecipient: 3 } }, '/options/maxRecipient', 'options.maxRecipients'],
  ])('with %j hear which field was meant', async (body, pointer, meant) => {
    const answer = await campaign.call('POST', '/sends', { to: { everyone: true }, message: { title: 'x' }, ...body });

    expect(answer.body).toMatchObject({ errors: [{ pointer, message: `Unknown field; did you mean \`${meant}\`?` }] });
  });

  it('reads the texts of a message whose other fields are wrong', async () => {
    const message = { title: '{{ a', body: 5, data: { from: 'x' }, localized: { fr: { title: 5 } }, extra: 1, badge: -1 };

    const answer = await campaign.call('POST', '/sends', { to: { users: [null] }, message });

    expect((answer.body as { errors: { pointer: string; message: string }[] }).errors.map(({ pointer }) => pointer).sort()).toEqual([
      '/message/badge',
      '/message/body',
      '/message/data/from',
      '/message/extra',
      '/message/localized/fr/title',
      '/message/title',
      '/to/users/0',
    ]);
    expect(answer.body).toMatchObject({
      errors: expect.arrayContaining([
        { pointer: '/to/users/0', message: 'Must be an external id, or {externalId, variables}' },
      ]) as unknown,
    });
  });

  it('names all problems at once, with their places inside a text', async () => {
    const answer = await campaign.call('POST', '/sends', { to: { tags: 'a &' }, message: { title: '{% if %}' }, options: { ttl: 'x' } });
    const { errors } = answer.body as { errors: { pointer: string; position?: number }[] };

    expect(errors.map(({ pointer }) => pointer).sort()).toEqual(['/message/title', '/options/ttl', '/to/tags']);
    expect(errors.find(({ pointer }) => pointer === '/to/tags')!.position).toEqual(expect.any(Number));
  });
});
