import { DOMParser, onErrorStopParsing, type Element } from '@xmldom/xmldom';
import { HOLES } from '#libs/templates';
import type { RenderedMessage } from '#libs/sends';
import type { ProviderRequest, Recipient } from '../../../src/providers/push-provider.ts';
import { buildWnsRequest } from '../../../src/providers/wns/request.ts';
import type { Destination, RequestBatch } from '../../../src/transport/transport.ts';
import { aMoment, aProviderRequest, aRecipient, bodyAt, headersOf } from '../a-provider-request.ts';

const channel = 'https://db5p.notify.windows.com/?token=AwYAAAD8%2bsecret%3d%3d';
const authorization = { header: 'Bearer x' };
const day = 86_400_000;
const at = (host: string) => ({ key: host, host }) as Destination;

function build(message: RenderedMessage, changes: Partial<ProviderRequest> = {}, hasAllKinds = true) {
  const recipients = [aRecipient({ token: channel, platform: 'windows' })];
  const request = aProviderRequest({ recipients, ...changes, renderings: [message] });
  return buildWnsRequest(request, [...request.recipients.keys()], { hasAllKinds, at }, authorization, aMoment);
}

function sent(message: RenderedMessage, changes: Partial<ProviderRequest> = {}, hasAllKinds = true) {
  const [batch] = build(message, changes, hasAllKinds).batches;
  return { headers: headersOf(batch!), body: bodyAt(batch, 0) };
}

/** Throws for anything that is not well-formed. */
function xml(text: string): Element {
  return new DOMParser({ onError: onErrorStopParsing }).parseFromString(text, 'text/xml').documentElement!;
}

const toastOf = (message: RenderedMessage, changes: Partial<ProviderRequest> = {}) => xml(sent(message, changes).body);
const textsOf = (toast: Element) => [...toast.getElementsByTagName('text')].map(({ textContent }) => textContent);
const launchOf = (toast: Element) => JSON.parse(toast.getAttribute('launch') ?? '') as Record<string, unknown>;

const recipient = (changes: Parameters<typeof aRecipient>[0]): Recipient => aRecipient({ token: channel, platform: 'windows', ...changes });

describe('a toast', () => {
  it('goes to the channel as it is, and says what it is', () => {
    const { batches, failed } = build({ title: 'Hello', body: 'World' });
    const batch: RequestBatch = batches[0]!;

    expect(failed).toEqual([]);
    expect(batch).toMatchObject({ size: 1, method: 'POST', destination: { host: 'db5p.notify.windows.com' } });
    expect(batch.path(0)).toBe('/?token=AwYAAAD8%2bsecret%3d%3d');
    expect(batch.authorization()).toBe('Bearer x');
    expect(headersOf(batch)).toMatchObject({
      'content-type': 'text/xml',
      'x-wns-type': 'wns/toast',
      'x-wns-requestforstatus': 'true',
      'x-wns-cache-policy': 'cache',
      'x-wns-ttl': '3600',
      'x-wns-priority': '1',
    });
    expect(textsOf(xml(bodyAt(batch, 0)))).toEqual(['Hello', 'World']);
  });

  it('has data and our part in what the app gets when it is opened', () => {
    const toast = toastOf({ title: 'x', link: 'shop://orders/1?a=1&b="2"', data: { order: '<4711>' } });

    expect(launchOf(toast)).toEqual({
      order: '<4711>',
      carillon: { v: 1, send: 'send-1', receipt: aRecipient().receipt, link: 'shop://orders/1?a=1&b="2"' },
    });
  });

  it('has pictures, a sound, and buttons that say which one was chosen', () => {
    const toast = toastOf({
      title: 'x',
      subtitle: 's',
      body: 'y',
      image: 'https://x.test/i.png?a=1&b=2',
      icon: 'https://x.test/icon.png',
      sound: 'ms-winsoundevent:Notification.Mail',
      actions: [{ id: 'track', title: 'Track & trace', link: 'shop://track' }],
    });

    expect(textsOf(toast)).toEqual(['x', 's', 'y']);
    const images = [...toast.getElementsByTagName('image')].map((image) => [image.getAttribute('placement'), image.getAttribute('src')]);
    expect(images).toEqual([
      ['hero', 'https://x.test/i.png?a=1&b=2'],
      ['appLogoOverride', 'https://x.test/icon.png'],
    ]);
    expect(toast.getElementsByTagName('audio')[0]?.getAttribute('src')).toBe('ms-winsoundevent:Notification.Mail');
    const [action] = toast.getElementsByTagName('action');
    expect(action?.getAttribute('content')).toBe('Track & trace');
    expect(JSON.parse(action?.getAttribute('arguments') ?? '')).toMatchObject({ carillon: { action: 'track', link: 'shop://track' } });
  });

  it.each([
    ['critical', 'urgent', undefined],
    ['time-sensitive', 'urgent', undefined],
    ['active', null, undefined],
    ['passive', null, 'true'],
  ] as const)('that is %s has the scenario %s', (interruptionLevel, scenario, suppressed) => {
    const { headers, body } = sent({ title: 'x', interruptionLevel });

    expect(xml(body).getAttribute('scenario')).toBe(scenario);
    expect(headers['x-wns-suppresspopup']).toBe(suppressed);
  });

  it.each(['ding.caf', 'default'])('leaves out a sound that Windows does not have: %s', (sound) => {
    expect(sent({ title: 'x', sound }).body).not.toContain('audio');
  });

  it('is well-formed whatever its texts are', () => {
    const nasty = `<b>&amp; ]]> "quotes" 'and' \u0000\u0001\u000B\uFFFE\uD800 ключ 鍵 🔔 {{ x }}`;
    const toast = toastOf({ title: nasty, body: '</text><text>', link: nasty, data: { [nasty]: nasty }, image: nasty });

    expect(textsOf(toast)).toEqual([`<b>&amp; ]]> "quotes" 'and' \uFFFD ключ 鍵 🔔 {{ x }}`, '</text><text>']);
    expect(toast.getElementsByTagName('image')[0]?.getAttribute('src')).toBe(`<b>&amp; ]]> "quotes" 'and' \uFFFD ключ 鍵 🔔 {{ x }}`);
    expect(launchOf(toast)).toMatchObject({ carillon: { send: 'send-1' } });
  });

  it('is well-formed where each recipient has texts of his own', () => {
    const message = { title: HOLES[0]!, body: HOLES[1]! };
    const recipients = [recipient({ texts: ['A & B', '<i>\u0007"'] }), recipient({ texts: ['plain', 'Ünïcode'] })];
    const [batch] = build(message, { recipients }).batches;

    expect(textsOf(xml(bodyAt(batch, 0)))).toEqual(['A & B', '<i>"']);
    expect(textsOf(xml(bodyAt(batch, 1)))).toEqual(['plain', 'Ünïcode']);
  });

  it('replaces itself where doubt makes it come twice, and others by the same collapse id', () => {
    const tagOf = (collapseId: string | null) => sent({ title: 'x' }, { collapseId }).headers['x-wns-tag'];

    expect(tagOf('score')).toBe('score');
    expect(tagOf(null)).toMatch(/^[0-9a-f]{16}$/);
    expect(tagOf('an id of more than sixteen characters')).toMatch(/^[0-9a-f]{16}$/);
    expect(tagOf('score!')).not.toBe(tagOf('score?'));
  });

  it('that is now or never is not kept for a device that is off', () => {
    expect(sent({ title: 'x' }, { nowOrNever: true }).headers).toMatchObject({ 'x-wns-cache-policy': 'no-cache' });
  });

  it.each([
    ['high', '1'],
    ['normal', '2'],
    ['low', '3'],
  ] as const)('of priority %s has %s', (priority, expected) => {
    expect(sent({ title: 'x' }, { priority }).headers['x-wns-priority']).toBe(expected);
  });
});

describe('a message that shows nothing', () => {
  it('with a badge alone is a badge', () => {
    expect(sent({ badge: 7 })).toMatchObject({
      headers: { 'x-wns-type': 'wns/badge', 'content-type': 'text/xml' },
      body: '<badge value="7"/>',
    });
    expect(sent({ badge: 0, silent: true, title: 'x' }).body).toBe('<badge value="0"/>');
  });

  it('with data is raw, and has our part', () => {
    const { headers, body } = sent({ data: { k: 'v"\n' }, badge: 2, silent: true });

    expect(headers).toMatchObject({ 'x-wns-type': 'wns/raw', 'content-type': 'application/octet-stream', 'x-wns-cache-policy': 'cache' });
    expect(headers).not.toHaveProperty('x-wns-tag');
    expect(JSON.parse(body)).toEqual({ k: 'v"\n', badge: 2, carillon: { v: 1, send: 'send-1', receipt: aRecipient().receipt } });
  });

  it('with nothing but a link is raw', () => {
    expect(JSON.parse(sent({ link: 'shop://x' }).body)).toEqual({
      carillon: { v: 1, send: 'send-1', receipt: aRecipient().receipt, link: 'shop://x' },
    });
  });

  it('with a badge alone is raw for credentials of Entra ID, which know no badges', () => {
    expect(JSON.parse(sent({ badge: 7 }, {}, false).body)).toMatchObject({ badge: 7 });
  });
});

describe('overrides', () => {
  const over = (wns: Record<string, unknown>, message: RenderedMessage = { title: 'x', body: 'y' }) =>
    sent({ ...message, overrides: { wns } });

  it('are laid over the toast', () => {
    const toast = xml(
      over({
        toast: {
          '@duration': 'long',
          visual: { binding: { text: [{ '@hint-maxLines': 1, '#text': 'A & B' }] } },
          audio: { '@silent': true },
        },
      }).body,
    );

    expect(toast.getAttribute('duration')).toBe('long');
    expect(launchOf(toast)).toMatchObject({ carillon: { v: 1 } });
    expect(textsOf(toast)).toEqual(['A & B']);
    expect(toast.getElementsByTagName('text')[0]?.getAttribute('hint-maxLines')).toBe('1');
    expect(toast.getElementsByTagName('audio')[0]?.getAttribute('silent')).toBe('true');
  });

  it('make a tile', () => {
    const { headers, body } = over({
      tile: {
        visual: {
          binding: [
            { '@template': 'TileMedium', text: 'a' },
            { '@template': 'TileWide', text: 'b' },
          ],
        },
      },
    });

    expect(headers).toMatchObject({ 'x-wns-type': 'wns/tile', 'content-type': 'text/xml' });
    expect(body).toBe(
      '<tile><visual><binding template="TileMedium"><text>a</text></binding><binding template="TileWide"><text>b</text></binding></visual></tile>',
    );
  });

  it('make a badge, and something raw', () => {
    expect(over({ badge: { '@value': 'alert' } }).body).toBe('<badge value="alert"/>');
    expect(JSON.parse(over({ raw: { deep: { a: [1] } } }).body)).toMatchObject({ deep: { a: [1] }, carillon: { send: 'send-1' } });
  });

  it('cannot write what is ours', () => {
    expect(JSON.parse(over({ raw: { carillon: 'mine' } }).body)).toMatchObject({ carillon: { send: 'send-1' } });
  });

  it('set headers, whatever their case', () => {
    const { headers } = over({ headers: { 'X-WNS-Tag': 'mine', 'X-WNS-Group': 'g1', 'x-wns-ttl': 60, 'X-WNS-PRIORITY': null } });

    expect(headers).toMatchObject({ 'x-wns-tag': 'mine', 'x-wns-group': 'g1', 'x-wns-ttl': '60' });
    expect(headers).not.toHaveProperty('x-wns-priority');
  });

  it('that take the texts out of a toast leave a raw notification', () => {
    const { headers, body } = over({ toast: { visual: null } }, { title: 'x', data: { k: 'v' } });

    expect(headers['x-wns-type']).toBe('wns/raw');
    expect(JSON.parse(body)).toMatchObject({ k: 'v' });
  });

  it('ask for a tile of credentials that have none: it can never be sent', () => {
    expect(build({ title: 'x', overrides: { wns: { tile: { visual: {} } } } }, {}, false)).toMatchObject({
      batches: [],
      failed: [{ position: 0, outcome: { kind: 'payload_bad', reason: 'kind_needs_package_sid' } }],
    });
  });
});

describe('what is not sent', () => {
  it.each([
    'https://evil.example/?token=x',
    'https://notify.windows.com.evil.example/?token=x',
    'https://evilnotify.windows.com/?token=x',
    'http://db5p.notify.windows.com/?token=x',
    'https://db5p.notify.windows.com:8443/?token=x',
    'https://user@db5p.notify.windows.com/?token=x',
    'no url',
  ])('a channel that is not Microsoft’s: %s', (token) => {
    const { batches, failed } = build({ title: 'x' }, { recipients: [recipient({ token })] });

    expect(batches).toEqual([]);
    expect(failed).toEqual([{ position: 0, outcome: { kind: 'token_invalid', reason: 'malformed_token' } }]);
  });

  it('a channel that nobody confirmed for thirty days', () => {
    const recipients = [
      recipient({ confirmedAt: aMoment - 30 * day }),
      recipient({ confirmedAt: aMoment - 30 * day + 1 }),
      recipient({ confirmedAt: 0 }),
      recipient({}),
    ];
    const { batches, failed } = build({ title: 'x' }, { recipients });

    expect(failed).toEqual([{ position: 0, outcome: { kind: 'token_invalid', reason: 'channel_expired', invalidSince: aMoment } }]);
    expect(batches[0]?.positions).toEqual([1, 2, 3]);
  });

  it('a body of more than 5,000 bytes', () => {
    const room = 5_000 - Buffer.byteLength(sent({ title: 'x', body: 'y' }).body) + 1;

    expect(build({ title: 'x', body: 'y'.repeat(room) }).batches).toHaveLength(1);
    expect(build({ title: 'x', body: 'y'.repeat(room + 1) }).failed).toEqual([
      { position: 0, outcome: { kind: 'payload_bad', reason: 'payload_too_large' } },
    ]);
    expect(build({ title: 'x', body: 'ä'.repeat(room - 1) }).batches).toHaveLength(0);
  });
});

it('hosts get batches of their own, as do notifications of different kinds', () => {
  const other = 'https://sg2p.notify.windows.com/?token=y';
  const recipients = [recipient({}), recipient({ token: other }), recipient({}), recipient({ rendering: 1 })];
  const request = aProviderRequest({ recipients, renderings: [{ title: 'x' }, { badge: 1 }] });
  const { batches } = buildWnsRequest(request, [0, 1, 2, 3], { hasAllKinds: true, at }, authorization, aMoment);

  expect(batches.map(({ destination, positions }) => [destination.host, positions])).toEqual([
    ['db5p.notify.windows.com', [0, 2]],
    ['sg2p.notify.windows.com', [1]],
    ['db5p.notify.windows.com', [3]],
  ]);
});
