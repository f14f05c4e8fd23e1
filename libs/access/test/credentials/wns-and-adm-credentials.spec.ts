import { PROVIDER_CREDENTIALS, wayOf, wnsFields } from '#libs/access';

const sid = 's-1-15-2-1004590627-2549014340-2234906606-1520204127-1876577427-1837222713-1402440186';
const clientSecret = 'a secret that is long enough';
const tenantId = '6babcaad-604b-40ac-a9d7-9fd97c0b779f';
const clientId = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';

const read = (provider: 'wns' | 'adm', body: object) => wayOf(PROVIDER_CREDENTIALS[provider], body).safeParse(body);
const pointers = (provider: 'wns' | 'adm', body: object) => read(provider, body).error?.issues.map(({ path }) => path.join('/'));

describe('credentials of WNS', () => {
  it.each([
    { packageSid: `ms-app://${sid}`, clientSecret },
    { packageSid: sid.toUpperCase(), clientSecret },
    { tenantId, clientId, clientSecret },
    { tenantId: 'contoso.onmicrosoft.com', clientId, clientSecret },
  ])('are %j', (body) => {
    expect(read('wns', body).success).toBe(true);
    expect(PROVIDER_CREDENTIALS.wns.secretOf(body)).toBe(clientSecret);
  });

  it.each<[string[], object]>([
    [['packageSid'], { packageSid: 'x', clientSecret }],
    [['packageSid', 'clientSecret'], {}],
    [['clientSecret'], { packageSid: sid }],
    [['tenantId'], { tenantId: '../x', clientId, clientSecret }],
    [['clientId'], { tenantId, clientId: 'x', clientSecret }],
    [[''], { tenantId, clientId, clientSecret, packageSid: sid }],
  ])('miss %j', (expected, body) => {
    expect(pointers('wns', body)).toEqual(expected);
  });

  it('name a package with its scheme, in small letters', () => {
    expect(wnsFields({ packageSid: sid.toUpperCase(), clientSecret })).toEqual({ packageSid: `ms-app://${sid}`, clientSecret });
    expect(wnsFields({ packageSid: `ms-app://${sid}`, clientSecret })).toEqual({ packageSid: `ms-app://${sid}`, clientSecret });
    expect(() => wnsFields({ clientSecret })).toThrow();
  });
});

describe('credentials of ADM', () => {
  it('are a client id and a secret', () => {
    const body = { clientId: 'amzn1.application-oa2-client.0123456789abcdef', clientSecret };

    expect(read('adm', body).success).toBe(true);
    expect(PROVIDER_CREDENTIALS.adm.secretOf(body)).toBe(clientSecret);
  });

  it.each<[string[], object]>([
    [['clientId'], { clientId: 'x', clientSecret }],
    [['clientSecret'], { clientId: 'amzn1.application-oa2-client.0123', clientSecret: 'short' }],
    [['clientId', 'clientSecret'], {}],
  ])('miss %j', (expected, body) => {
    expect(pointers('adm', body)).toEqual(expected);
  });
});

it.each(['wns', 'adm'] as const)('the example of %s has the fields of its first way', (provider) => {
  expect(Object.keys(PROVIDER_CREDENTIALS[provider].example).sort()).toEqual(
    Object.keys(PROVIDER_CREDENTIALS[provider].ways[0].shape).sort(),
  );
});
