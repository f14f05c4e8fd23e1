import { createHash } from 'node:crypto';
import { HOLES } from '#libs/templates';
import type { RenderedMessage } from '#libs/sends';
import { checksumOf, sortedData } from '../../../src/providers/adm/checksum.ts';
import { buildAdmRequest } from '../../../src/providers/adm/request.ts';
import type { ProviderRequest } from '../../../src/providers/push-provider.ts';
import type { Destination } from '../../../src/transport/transport.ts';
import { aMoment, aProviderRequest, aRecipient, bodyAt, headersOf } from '../a-provider-request.ts';

const token = 'amzn1.adm-registration.v3.a/b+c=';
const destination = {} as Destination;
const authorization = { header: 'Bearer x' };

function build(message: RenderedMessage, changes: Partial<ProviderRequest> = {}, isUnchecked?: (id: string) => boolean) {
  const recipients = [aRecipient({ token, platform: 'android' })];
  const request = aProviderRequest({ recipients, ...changes, renderings: [message] });
  return buildAdmRequest(request, [...request.recipients.keys()], { destination }, authorization, aMoment, isUnchecked);
}

interface Body {
  readonly data: Record<string, string>;
  readonly notification?: Record<string, unknown>;
  readonly md5?: string;
  readonly consolidationKey: string;
  readonly expiresAfter: number;
  readonly priority: string;
}

const sent = (message: RenderedMessage, changes: Partial<ProviderRequest> = {}) =>
  JSON.parse(bodyAt(build(message, changes).batches[0], 0)) as Body;

/** As Amazon's documentation has it, once more and from the outside. */
function md5Of(data: Record<string, string>): string {
  const pairs = Object.keys(data)
    .sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
    .map((key) => `${key}:${data[key]!}`);
  return createHash('md5').update(pairs.join(','), 'utf8').digest('base64');
}

describe('the checksum', () => {
  it.each([
    [{ message: 'your message' }, 'qzF+HgArKZjJrpfcTbiFxg=='],
    [{ b: '2', a: '1', message: 'héllo' }, 'vsdTNH/mTTaitzDCXkdUZw=='],
  ])('of %j is %s', (data, expected) => {
    expect(checksumOf(sortedData(data))).toBe(expected);
  });

  it('sorts keys by their bytes in UTF-8', () => {
    expect(sortedData({ '\u{1F514}': 'b', '\uFB01': 'a', Z: 'c', a: 'd' }).map(([key]) => key)).toEqual(['Z', 'a', '\uFB01', '\u{1F514}']);
  });

  it('is that of the data that goes, receipt and all', () => {
    const { data, md5 } = sent({ title: 'x', data: { z: '1', ä: 'ö', a: '$&' } });

    expect(md5).toBe(md5Of(data));
  });

  it('is left out of a message whose checksum was refused', () => {
    const body = JSON.parse(bodyAt(build({ title: 'x' }, {}, () => true).batches[0], 0)) as Body;

    expect(body).not.toHaveProperty('md5');
    expect(body.notification).toMatchObject({ title: 'x' });
  });
});

describe('a request', () => {
  it('goes to the registration and says what it is', () => {
    const { batches, failed } = build({ title: 'x' });

    expect(failed).toEqual([]);
    expect(batches[0]).toMatchObject({ size: 1, method: 'POST', destination });
    expect(batches[0]?.path(0)).toBe('/messaging/registrations/amzn1.adm-registration.v3.a%2Fb%2Bc%3D/messages');
    expect(headersOf(batches[0]!)).toEqual({
      'content-type': 'application/json',
      accept: 'application/json',
      'x-amzn-type-version': 'com.amazon.device.messaging.ADMMessage@1.0',
      'x-amzn-accept-type': 'com.amazon.device.messaging.ADMSendResult@1.0',
    });
  });

  it('has a notification, data as text, and our part as JSON in it', () => {
    const { data, notification, ...rest } = sent({
      ...{ title: 'Hello', body: 'World', icon: 'ic_stat', image: 'https://x.test/i.png', sound: 'ding' },
      ...{ category: 'ORDER', androidChannel: 'orders', data: { k: 'v' }, link: 'shop://x' },
    });

    expect(notification).toEqual({
      ...{ title: 'Hello', body: 'World', icon: 'ic_stat', image: 'https://x.test/i.png', sound: 'ding' },
      ...{ click_action: 'ORDER', channel_id: 'orders', tag: 'send-1' },
    });
    expect(data['k']).toBe('v');
    expect(JSON.parse(data['carillon']!)).toMatchObject({ v: 1, send: 'send-1', receipt: aRecipient().receipt, link: 'shop://x' });
    expect(rest).toMatchObject({ consolidationKey: 'send-1', expiresAfter: 3_600, priority: 'high' });
  });

  it.each<[string, RenderedMessage]>([
    ['without texts', { data: { k: 'v' }, sound: 'x' }],
    ['that is silent', { title: 'x', silent: true }],
    ['whose texts are taken out', { title: 'x', overrides: { adm: { notification: { title: null } } } }],
    ['whose notification is taken out', { title: 'x', overrides: { adm: { notification: null } } }],
  ])('%s has data alone', (_what, message) => {
    expect(sent(message)).not.toHaveProperty('notification');
  });

  it('has the author’s overrides, and nothing of theirs that is ours', () => {
    const adm = {
      ...{ notification: { color: '#ff0000' }, data: { extra: 'e', k: null, carillon: null }, priority: 'normal' },
      ...{ consolidationKey: 'mine', expiresAfter: '600' },
    };
    const body = sent({ title: 'x', data: { k: 'v' }, overrides: { adm } });

    expect(body).toMatchObject({
      notification: { title: 'x', color: '#ff0000' },
      priority: 'normal',
      consolidationKey: 'mine',
      expiresAfter: 600,
    });
    expect(Object.keys(body.data).sort()).toEqual(['carillon', 'extra']);
    expect(body.md5).toBe(md5Of(body.data));
  });

  it.each([
    ['a message for an hour', {}, 3_600],
    ['one that ends in ten seconds: ADM takes a minute at least', { expiresAt: aMoment + 10_000 }, 60],
    ['one that ends in a year', { expiresAt: aMoment + 365 * 86_400_000 }, 2_678_400],
    ['now or never', { nowOrNever: true }, 60],
  ] as const)('says how long it is worth keeping: %s', (_what, changes, expected) => {
    expect(sent({ title: 'x' }, changes).expiresAfter).toBe(expected);
  });

  it.each([
    ['score', 'score'],
    ['x'.repeat(64), 'x'.repeat(64)],
  ])('replaces others by its collapse id: %s', (collapseId, expected) => {
    expect(sent({ title: 'x' }, { collapseId }).consolidationKey).toBe(expected);
  });

  it('has a hash in the place of a collapse id that is too long', () => {
    expect(sent({ title: 'x' }, { collapseId: 'y'.repeat(65) }).consolidationKey).toMatch(/^[\w-]{43}$/);
  });

  it('carries texts of each recipient', () => {
    const message = { title: HOLES[0]!, body: '"x"' };
    const recipients = [
      aRecipient({ token, texts: ['A "b" \\ ü'] }),
      aRecipient({ token, texts: ['other'], receipt: aRecipient().receipt.replace('0b', '1c') }),
    ];
    const [batch] = build(message, { recipients }).batches;
    const bodies = [0, 1].map((index) => JSON.parse(bodyAt(batch, index)) as Body);

    expect(bodies.map(({ notification }) => notification?.['title'])).toEqual(['A "b" \\ ü', 'other']);
    for (const { data, md5 } of bodies) expect(md5).toBe(md5Of(data));
    expect(bodies[0]?.md5).not.toBe(bodies[1]?.md5);
  });

  it('of more than 6,144 bytes of keys and values is not sent', () => {
    const { data, notification } = sent({ title: 'x', data: { k: '' } });
    const bytes = [...Object.entries(data), ...Object.entries(notification!)].reduce(
      (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(String(value)),
      0,
    );
    const room = 6_144 - bytes;

    expect(build({ title: 'x', data: { k: 'y'.repeat(room) } }).failed).toEqual([]);
    for (const text of ['y'.repeat(room + 1), 'ü'.repeat(Math.floor(room / 2) + 1)]) {
      expect(build({ title: 'x', data: { k: text } }).failed).toEqual([
        { position: 0, outcome: { kind: 'payload_bad', reason: 'payload_too_large' } },
      ]);
    }
    const recipients = [aRecipient({ token, texts: ['z'.repeat(room + 2)] })];
    expect(build({ title: HOLES[0]!, data: { k: '' } }, { recipients }).failed).toHaveLength(1);
  });
});
