import { RegistrationHttp, apnsToken, iphone, pointersOf } from './registration-http.ts';

const news = {
  body: '{"aps":{"alert":{"title":"$(title)","body":"{\'Hi, \' + $(name:{you})}"},"badge":"#(n)"}}',
  headers: { 'apns-priority': '10' },
};
const android = {
  platform: 'android',
  provider: 'fcm',
  permission: 'granted',
  token: `cAzure1:APA91bRegistrationTokenNumberAbCdEfGhIjKl`,
} as const;
const body = (json: unknown) => ({ body: JSON.stringify(json) });

let number = 0;

describe('Templates of an installation', () => {
  let app: RegistrationHttp;
  beforeAll(async () => {
    app = await RegistrationHttp.start();
  });
  afterAll(() => app.close());

  it('are kept with its variables, given back as they came, replaced as a whole and cleared', async () => {
    const put = await app.put('kept', { ...iphone, token: apnsToken(1), templates: { news }, pushVariables: { name: 'Kim', a_1: '$x' } });
    expect(put).toMatchObject({ status: 201, body: { templates: { news }, pushVariables: { name: 'Kim', a_1: '$x' } } });

    await app.put('kept', { locale: 'fr' });
    expect((await app.get('kept')).body).toMatchObject({ templates: { news }, pushVariables: { name: 'Kim' } });
    const patched = await app.call('PATCH', 'installations/kept', {
      body: { templates: { 'a.b': body({ aps: {} }) }, pushVariables: null },
    });
    expect(patched).toMatchObject({ status: 200, body: { templates: { news, 'a.b': body({ aps: {} }) }, pushVariables: {} } });
    expect((await app.put('kept', { templates: { plain: body({ aps: {} }) } })).body['templates']).toEqual({ plain: body({ aps: {} }) });
    expect((await app.put('kept', { templates: null })).body['templates']).toEqual({});
  });

  it('may be registered by the app itself', async () => {
    const put = await app.put('own', { ...iphone, token: apnsToken(2), templates: { news } }, { key: app.sdk });

    expect(put).toMatchObject({ status: 201, body: { templates: { news } } });
  });

  it('do not survive the move to another provider, whose words they are not', async () => {
    await app.put('moved', { ...iphone, token: apnsToken(3), templates: { news } });

    expect((await app.put('moved', { ...android, token: `cAzure3:APA91bRegistrationTokenNumberAbCdEfGhIjKl` })).body['templates']).toEqual(
      {},
    );
    const own = body({ notification: { title: '$(title)' } });
    await app.put('moved', { ...iphone, token: apnsToken(4), templates: { news } });
    expect(
      (await app.put('moved', { ...android, token: `cAzure4:APA91bRegistrationTokenNumberAbCdEfGhIjKl`, templates: { own } })).body[
        'templates'
      ],
    ).toEqual({ own });
  });

  it.each([
    ['an expression that does not parse', { news: body({ aps: { alert: '$(a b)' } }) }, ['/templates/news/body']],
    ['one of a header', { news: { ...body({ aps: {} }), headers: { 'apns-priority': '$(p' } } }, ['/templates/news/headers/apns-priority']],
    ['no JSON', { news: { body: 'Hi $(name)' } }, ['/templates/news/body']],
    ['no object', { news: { body: '[]' } }, ['/templates/news/body']],
    [
      'a header that APNs does not take',
      { news: { ...body({ aps: {} }), headers: { 'x-wns-type': 'wns/toast' } } },
      ['/templates/news/headers/x-wns-type'],
    ],
    ['what APNs would refuse by its form', { news: body({ aps: { badge: true } }) }, ['/templates/news/body']],
    ['what the platform sets itself', { news: body({ aps: {}, carillon: { id: '1' } }) }, ['/templates/news/body']],
    ['a field that has no meaning here', { news: { ...body({ aps: {} }), tags: ['a'] } }, ['/templates/news/tags']],
    ['a name of other characters', { 'a b': body({ aps: {} }) }, ['/templates/a b']],
    ['too many', Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`t${n}`, body({ aps: {} })])), ['/templates']],
    ['all that is wrong, at once', { a: { body: '{' }, b: body({ aps: { alert: '.(a)' } }) }, ['/templates/a/body', '/templates/b/body']],
  ])('are refused for %s, and left out where an app says it', async (_, templates, pointers) => {
    const refused = await app.put('bad', { ...iphone, token: apnsToken(9), templates });
    expect(refused.status).toBe(400);
    expect(pointersOf(refused)).toEqual(pointers);

    await app.put('there', { ...iphone, token: apnsToken(10) });
    const later = await app.put('there', { templates });
    expect(later.status).toBe(400);
    expect(pointersOf(later)).toEqual(pointers);
    expect((await app.call('PATCH', 'installations/there', { body: { templates } })).status).toBe(400);

    const id = `sdk-${(number += 1)}`;
    const left = { ignoredFields: [expect.stringMatching(/^templates/)] as unknown };
    const bySdk = await app.put(id, { ...iphone, templates }, { key: app.sdk });
    expect(bySdk).toMatchObject({ status: 201, body: left });
    const headers = { 'x-installation-secret': String(bySdk.body['installationSecret']) };
    expect(await app.put(id, { templates }, { key: app.sdk, headers })).toMatchObject({ status: 200, body: left });
    expect(JSON.stringify((await app.get(id)).body['templates'])).not.toContain('tags');
  });

  it('are refused of providers that take no JSON', async () => {
    const windows = { platform: 'windows', provider: 'wns', templates: { news: { body: '{"toast":{}}' } } };

    expect(pointersOf(await app.put('pc', windows))).toEqual(['/templates']);
  });

  it.each([
    ['two names that differ by case alone', { name: 'a', Name: 'b' }, '/pushVariables'],
    ['a name of other characters', { 'a.b': 'x' }, '/pushVariables/a.b'],
    ['a value that is no text', { a: 1 }, '/pushVariables/a'],
    ['too many', Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`v${n}`, 'x'])), '/pushVariables'],
  ])('have no variables with %s', async (_, pushVariables, pointer) => {
    const refused = await app.put('vars', { ...iphone, token: apnsToken(11), pushVariables });

    expect(refused.status).toBe(400);
    expect(pointersOf(refused)).toEqual([pointer]);
  });
});
