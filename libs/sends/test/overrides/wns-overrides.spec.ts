import { PROVIDER_OVERRIDES, type JsonObject, type MessageTemplate } from '#libs/sends';

const { wns } = PROVIDER_OVERRIDES;
const message: MessageTemplate = { title: 'x', body: 'y' };

const problems = (over: JsonObject) => [...wns.shape(over), ...(wns.beside?.(over, message) ?? [])].map(({ path }) => path.join('/'));

describe('overrides of WNS', () => {
  it.each<JsonObject>([
    {},
    { toast: { '@duration': 'long', '@launch': null, audio: { '@src': 'ms-winsoundevent:Notification.Mail', '@loop': false } } },
    { toast: { visual: { binding: { text: [{ '@hint-maxLines': 1, '#text': 'a' }, 'b'] } } } },
    { tile: { visual: { '@xml:lang': 'en', binding: [{ '@template': 'TileMedium', text: 'a' }] } } },
    { badge: { '@value': 'newMessage' } },
    { badge: { '@value': 7 } },
    { badge: { '@value': '{{ user.attributes.unread }}' } },
    { raw: { any: { thing: [1, null] } } },
    { headers: { 'X-WNS-Tag': 'abc', 'x-wns-ttl': 60, 'X-WNS-PRIORITY': '2', 'X-WNS-Cache-Policy': null, 'X-WNS-SuppressPopup': true } },
    { headers: { 'X-WNS-Tag': '{{ variables.tag }}' } },
  ])('take %j', (over) => {
    expect(problems(over)).toEqual([]);
  });

  it.each<[string[], JsonObject]>([
    [['wns/visual'], { visual: {} }],
    [['wns/toast'], { toast: '<toast/>' }],
    [['wns/toast/bad name'], { toast: { 'bad name': 'x' } }],
    [['wns/toast/1x'], { toast: { '1x': 'x' } }],
    [['wns/toast/@bad name'], { toast: { '@bad name': 'x' } }],
    [['wns/toast/@duration'], { toast: { '@duration': { a: 1 } } }],
    [['wns/tile/visual/binding/text/a>b'], { tile: { visual: { binding: [{ text: [{ 'a>b': 1 }] }] } } }],
    [['wns/raw'], { raw: 'text' }],
    [['wns/tile'], { toast: {}, tile: {} }],
    [['wns/badge', 'wns/raw'], { toast: {}, badge: {}, raw: {} }],
    [['wns/badge/@value'], { badge: { '@value': 'bell' } }],
    [['wns/headers'], { headers: 'x' }],
    [['wns/headers/X-WNS-Type'], { headers: { 'X-WNS-Type': 'wns/raw' } }],
    [['wns/headers/Authorization'], { headers: { Authorization: 'x' } }],
    [['wns/headers/X-WNS-Tag'], { headers: { 'X-WNS-Tag': 'x'.repeat(17) } }],
    [['wns/headers/X-WNS-TTL'], { headers: { 'X-WNS-TTL': 0 } }],
    [['wns/headers/X-WNS-Group'], { badge: {}, headers: { 'X-WNS-Group': 'g' } }],
  ])('refuse at %j', (expected, over) => {
    expect(problems(over)).toEqual(expected);
  });

  it.each<[JsonObject, boolean]>([
    [{ toast: { visual: null } }, true],
    [{ toast: { visual: { binding: { text: null } } } }, true],
    [{ toast: { visual: { binding: { text: ['', { '#text': '' }] } } } }, true],
    [{ toast: { visual: { binding: { text: 'mine' } } } }, false],
    [{ tile: { visual: {} } }, false],
    [{ headers: { 'X-WNS-Tag': 'a' } }, false],
  ])('%j leave Windows blank: %s', (over, isBlank) => {
    const blank = wns.blank?.(over, message, { title: 'x', body: 'y' });

    expect(blank !== undefined).toBe(isBlank);
    if (isBlank) expect(blank).toMatchObject({ devices: ['Windows'], isNothing: true });
  });

  it('that leave data are something', () => {
    expect(wns.blank?.({ toast: { visual: null } }, { ...message, data: { k: 'v' } }, { title: 'x' })).toMatchObject({ isNothing: false });
  });
});
