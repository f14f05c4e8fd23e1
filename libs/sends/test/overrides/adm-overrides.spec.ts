import { PROVIDER_OVERRIDES, type JsonObject, type MessageTemplate } from '#libs/sends';

const { adm } = PROVIDER_OVERRIDES;
const message: MessageTemplate = { title: 'x', body: 'y' };

const problems = (over: JsonObject) => [...adm.shape(over), ...(adm.beside?.(over, message) ?? [])].map(({ path }) => path.join('/'));

describe('overrides of ADM', () => {
  it.each<JsonObject>([
    {},
    { notification: { title: 'a', color: '#ff0000', title_loc_key: 'K', title_loc_args: ['a'], sound: null } },
    { data: { k: 'v', gone: null, carillon: null }, consolidationKey: 'k', expiresAfter: 60, priority: 'normal' },
    { expiresAfter: '{{ variables.seconds }}', consolidationKey: '{{ variables.key }}' },
  ])('take %j', (over) => {
    expect(problems(over)).toEqual([]);
  });

  it.each<[string[], JsonObject]>([
    [['adm/ttl'], { ttl: 5 }],
    [['adm/md5'], { md5: 'x' }],
    [['adm/notification'], { notification: 'x' }],
    [['adm/notification/titel'], { notification: { titel: 'x' } }],
    [['adm/notification/color'], { notification: { color: 'red' } }],
    [['adm/consolidationKey'], { consolidationKey: 'x'.repeat(65) }],
    [['adm/expiresAfter'], { expiresAfter: 59 }],
    [['adm/expiresAfter'], { expiresAfter: 2_678_401 }],
    [['adm/expiresAfter'], { expiresAfter: '600' }],
    [['adm/priority'], { priority: 'urgent' }],
    [['adm/data'], { data: 'x' }],
    [['adm/data/n'], { data: { n: 1 } }],
    [['adm/data/google.x'], { data: { 'google.x': '1' } }],
  ])('refuse at %j', (expected, over) => {
    expect(problems(over)).toEqual(expected);
  });

  it.each<[JsonObject, boolean]>([
    [{ notification: null }, true],
    [{ notification: { title: null, body: ' ' } }, true],
    [{ notification: { title: null } }, false],
    [{ notification: { title: null, body: null, title_loc_key: 'K' } }, false],
    [{ priority: 'high' }, false],
  ])('%j leave Fire devices blank: %s', (over, isBlank) => {
    expect(adm.blank?.(over, message, { title: 'x', body: 'y' }) !== undefined).toBe(isBlank);
  });
});
