import type { RenderedMessage } from '#libs/sends';
import { HOLES } from '#libs/templates';
import { collapseGroupOf } from '../../../src/providers/hms/message.ts';
import { buildHmsRequest, type HmsAddress } from '../../../src/providers/hms/request.ts';
import type { ProviderRequest } from '../../../src/providers/push-provider.ts';
import { aMoment, aProviderRequest, aRecipient, bodyAt, headersOf } from '../a-provider-request.ts';

const address: HmsAddress = {
  appId: '104521890',
  destination: {
    ...{ key: 'hms', protocol: 'http/1.1', host: 'hms', port: 443, ca: undefined },
    ...{ maxConnections: 1, maxStreams: 1, firstAlone: false, requestDeadlineMs: 1 },
  },
};
const token = 'IQAAAACy0kYwAADWsJ-qlI2YG7lcdHPt';

function build(changes: Partial<ProviderRequest> = {}) {
  const request = aProviderRequest({ recipients: [aRecipient({ token, platform: 'android' })], ...changes });
  return buildHmsRequest(request, [...request.recipients.keys()], address, { header: 'Bearer t' }, aMoment);
}

interface Sent {
  readonly data: string;
  readonly token: string[];
  readonly notification?: Record<string, unknown>;
  readonly android: Record<string, unknown> & { readonly notification?: Record<string, unknown> };
}

function messageOf(message: RenderedMessage, changes: Partial<ProviderRequest> = {}): Sent {
  const [batch] = build({ renderings: [message], ...changes }).batches;
  return (JSON.parse(bodyAt(batch, 0)) as { message: Sent }).message;
}

const dataOf = ({ data }: Sent) => JSON.parse(data) as Record<string, string>;

describe('a request to Huawei', () => {
  it('goes to the app, as JSON, for one token', () => {
    const [batch] = build().batches;

    expect(batch!.path(0)).toBe('/v1/104521890/messages:send');
    expect(headersOf(batch!)).toEqual({ 'content-type': 'application/json; charset=utf-8' });
    expect(batch!.authorization()).toBe('Bearer t');
    expect(messageOf({ title: 'T' }).token).toEqual([token]);
  });

  it('carries data as one text of JSON, our part within, with every message its own receipt', () => {
    const recipients = ['m-1.s', 'm-2.s'].map((receipt) => aRecipient({ token, receipt }));
    const message = { title: 'x', link: 'https://e.org/?q="ä"&\\', data: { order: 'A-17', 'k"': 'v\n' } };
    const [batch] = build({ recipients, renderings: [message] }).batches;

    const second = dataOf((JSON.parse(bodyAt(batch, 1)) as { message: Sent }).message);

    expect(JSON.parse(second['carillon']!)).toEqual({ v: 1, send: 'send-1', receipt: 'm-2.s', link: message.link });
    expect(second).toMatchObject(message.data);
  });

  it('is only looked at where a credential is checked', () => {
    const [batch] = build({ validateOnly: true }).batches;

    expect(JSON.parse(bodyAt(batch, 0))).toMatchObject({ validate_only: true, message: { token: [token] } });
  });

  it('says how to treat and show it', () => {
    const message: RenderedMessage = {
      ...{ title: 'T', body: 'B', image: 'https://e.org/i', icon: 'ic_bell', sound: 'chime.mp3', badge: 2 },
      ...{ androidChannel: 'news', category: 'OFFER', interruptionLevel: 'passive' },
      actions: [
        { id: 'a', title: 'Yes', link: 'https://e.org/yes' },
        { id: 'b', title: 'x'.repeat(41) },
      ],
    };

    expect(messageOf(message, { collapseId: '7' })).toMatchObject({
      notification: { title: 'T', body: 'B', image: 'https://e.org/i' },
      android: {
        ...{ ttl: '3600s', urgency: 'HIGH', collapse_key: 7 },
        notification: {
          ...{ click_action: { type: 1, action: 'OFFER' }, channel_id: 'news', tag: '7', icon: '/raw/ic_bell', sound: '/raw/chime' },
          ...{ badge: { set_num: 2 }, importance: 'LOW' },
          buttons: [{ name: 'Yes', action_type: 0, data: '{"action":"a","link":"https://e.org/yes"}' }],
        },
      },
    });
  });

  it('opens the app by a tap, replaces itself by the tag, and is of no collapse group unless asked', () => {
    expect(messageOf({ title: 'T' }).android).toEqual({
      ...{ ttl: '3600s', urgency: 'HIGH', collapse_key: -1 },
      notification: { click_action: { type: 3 }, tag: 'send-1' },
    });
  });

  it.each([
    [{ title: 'T' }, { title: 'T', body: 'T' }],
    [{ body: 'B' }, { title: 'B', body: 'B' }],
    [
      { title: '', body: 'B' },
      { title: 'B', body: 'B' },
    ],
  ])('has a title and a body of %j, as Huawei requires both', (message, notification) => {
    expect(messageOf(message).notification).toEqual(notification);
  });

  it('keeps the badge within what Huawei takes, 0 included', () => {
    expect(messageOf({ title: 'T', badge: 0 }).android.notification).toMatchObject({ badge: { set_num: 0 } });
    expect(messageOf({ title: 'T', badge: 1_000 }).android.notification).toMatchObject({ badge: { set_num: 99 } });
  });

  it.each([
    ['default', { default_sound: true }],
    ['Not A Resource.caf', { default_sound: true }],
    ['/raw/ding', { sound: '/raw/ding' }],
  ])('plays %s', (sound, expected) => {
    expect(messageOf({ title: 'T', sound }).android.notification).toMatchObject(expected);
  });

  it('shows nothing of a silent message, which is data alone', () => {
    const silent = messageOf({ title: 'T', data: { a: '1' }, silent: true });

    expect(silent).not.toHaveProperty('notification');
    expect(silent.android).not.toHaveProperty('notification');
    expect(dataOf(silent)).toMatchObject({ a: '1' });
  });

  it.each([
    [aMoment + 30 * 86_400_000, false, '1296000s'],
    [aMoment + 5_000, false, '5s'],
    [aMoment + 5_000, true, '0s'],
    [aMoment - 1, false, '0s'],
  ])('lives until %d (now or never: %s) for %s', (expiresAt, nowOrNever, ttl) => {
    expect(messageOf({ title: 'T' }, { expiresAt, nowOrNever }).android['ttl']).toBe(ttl);
  });

  it('fills texts in', () => {
    const recipients = [aRecipient({ token, texts: ['Zoë "Z"', '😀'] })];

    const message = messageOf({ title: HOLES[0]!, body: HOLES[1]! }, { recipients });

    expect(message.notification).toEqual({ title: 'Zoë "Z"', body: '😀' });
  });

  it('merges overrides last, and keeps token, our part and what a tap does', () => {
    const over = {
      ...{ token: ['other'], notification: { title: 'Mine' }, data: { b: '2', carillon: 'mine' } },
      android: { category: 'IM', target_user_type: 1, notification: { click_action: null, style: 1, big_title: 'Big' } },
    };

    const message = messageOf({ title: 'T', body: 'B', data: { a: '1' }, overrides: { hms: over } });

    expect(message).toMatchObject({
      ...{ token: [token], notification: { title: 'Mine', body: 'B' } },
      android: { category: 'IM', target_user_type: 1, notification: { click_action: { type: 3 }, style: 1, big_title: 'Big' } },
    });
    expect(dataOf(message)).toMatchObject({ a: '1', b: '2' });
    expect(JSON.parse(dataOf(message)['carillon']!)).toMatchObject({ send: 'send-1' });
  });

  it('is data alone where overrides leave nothing to read', () => {
    const message = messageOf({ title: 'T', overrides: { hms: { notification: null } } });

    expect(message).not.toHaveProperty('notification');
    expect(message.android).not.toHaveProperty('notification');
  });

  it('takes 4,096 bytes beside the token, and not one more', () => {
    const room = 4_096 - (Buffer.byteLength(bodyAt(build({ renderings: [{ title: 'é', body: '' }] }).batches[0], 0)) - token.length);
    const ofBytes = (bytes: number) => build({ renderings: [{ title: 'é', body: ' ', data: { k: 'x'.repeat(bytes) } }] });
    const taken = Array.from({ length: 40 }, (_, less) => room - less).find((bytes) => ofBytes(bytes).failed.length === 0)!;

    expect(bodyAt(ofBytes(taken).batches[0], 0).length).toBeGreaterThan(4_000);
    expect(Buffer.byteLength(bodyAt(ofBytes(taken).batches[0], 0)) - token.length).toBe(4_096);
    expect(ofBytes(taken + 1)).toEqual({
      batches: [],
      failed: [{ position: 0, outcome: { kind: 'payload_bad', reason: 'payload_too_large' } }],
    });
  });

  it.each([
    ['a token that JSON would escape', { recipients: [aRecipient({ token: 'bad"token' })] }, 'token_invalid', 'malformed_token'],
    ['data of ours', { renderings: [{ title: 'T', data: { carillon: 'x' } }] }, 'payload_bad', 'reserved_data_key'],
    ['data of Huawei’s', { renderings: [{ title: 'T', data: { _push_x: 'x' } }] }, 'payload_bad', 'reserved_data_key'],
  ])('is not sent for %s', (_, changes, kind, reason) => {
    expect(build(changes)).toEqual({ batches: [], failed: [{ position: 0, outcome: { kind, reason } }] });
  });
});

describe('the collapse group of an id', () => {
  it.each(['1', '7', '100'])('%s is itself', (id) => {
    expect(collapseGroupOf(id)).toBe(Number(id));
  });

  it('is one of a hundred for any other text, the same each time', () => {
    const ids = ['0', '101', '-1', '007', 'order-17', 'ä', '', ...Array.from({ length: 1_000 }, (_, at) => `id ${at}`)];
    const groups = ids.map(collapseGroupOf);

    expect(groups).toEqual(ids.map(collapseGroupOf));
    expect(Math.min(...groups)).toBe(1);
    expect(Math.max(...groups)).toBe(100);
    expect(new Set(groups).size).toBe(100);
  });
});
