import type { RenderedMessage } from '#libs/sends';
import type { RequestBatch } from '../../src/transport/transport.ts';
import { buildApnsRequest, type ApnsAddress } from '../../src/providers/apns/request.ts';
import { buildFcmRequest } from '../../src/providers/fcm/request.ts';
import type { ProviderRequest } from '../../src/providers/push-provider.ts';
import { aMoment, aProviderRequest, aRecipient, bodyAt, headersOf } from './a-provider-request.ts';

const destination = {} as ApnsAddress['production'];
const authorization = { header: 'bearer x' } as Parameters<typeof buildFcmRequest>[3];

type Json = Record<string, unknown>;

/** What an iPhone gets: headers and payload, or why it gets nothing. */
function apns(message: RenderedMessage, changes: Partial<ProviderRequest> = {}) {
  const request = aProviderRequest({ ...changes, renderings: [message] });
  const address = { production: destination, sandbox: destination, bundleIds: ['app.demo'], by: 'key' as const };
  const { batches, failed } = buildApnsRequest(request, [0], address, authorization);
  return batches[0] ? { headers: headersOf(batches[0]), payload: payloadOf(batches[0]) } : { failed: failed[0]?.outcome };
}

/** `message` of FCM, for a platform. */
function fcm(message: RenderedMessage, platform: 'android' | 'web' | 'ios', changes: Partial<ProviderRequest> = {}): Json {
  const request = aProviderRequest({ ...changes, renderings: [message], recipients: [aRecipient({ platform })] });
  const { batches } = buildFcmRequest(request, [0], { destination, projectId: 'p' }, authorization, aMoment);
  return payloadOf(batches[0]!)['message'] as Json;
}

function payloadOf(batch: RequestBatch): Json {
  return JSON.parse(bodyAt(batch, 0)) as Json;
}

describe('a message without a title and a body', () => {
  it.each<[string, RenderedMessage]>([
    ['data and a badge', { data: { k: 'v' }, badge: 0 }],
    ['a badge', { badge: 3 }],
    ['data and a sound', { data: { k: 'v' }, sound: 'x' }],
    ['an image', { data: { k: 'v' }, image: 'https://x.test/i.png' }],
    ['an empty title', { title: '', data: { k: 'v' } }],
    ['a title that is silent', { title: 'x', badge: 1, silent: true }],
  ])('shows nothing: %s', (_what, message) => {
    for (const platform of ['android', 'web', 'ios'] as const)
      expect(JSON.stringify(fcm(message, platform))).not.toMatch(/"(notification|alert)":/);
    expect(JSON.stringify(apns(message))).not.toMatch(/"alert":/);
  });

  it('sets a badge on Apple devices, silent or not', () => {
    expect(apns({ badge: 0 })).toMatchObject({ headers: { 'apns-push-type': 'alert' }, payload: { aps: { badge: 0 } } });
    expect(apns({ badge: 2, silent: true })).toMatchObject({
      headers: { 'apns-push-type': 'alert', 'apns-priority': '5' },
      payload: { aps: { badge: 2, 'content-available': 1 } },
    });
    expect(fcm({ badge: 0 }, 'ios')).toMatchObject({ apns: { payload: { aps: { badge: 0 } } } });
  });

  it('wakes the app where it has nothing else', () => {
    expect(apns({ title: 'x', body: 'y', sound: 'z', silent: true })).toMatchObject({
      headers: { 'apns-push-type': 'background', 'apns-priority': '5' },
      payload: { aps: { 'content-available': 1 } },
    });
  });
});

describe('fields', () => {
  it('go where Android has a place for them', () => {
    expect(fcm({ title: 'x', icon: 'ic_stat', category: 'ORDER' }, 'android')).toMatchObject({
      android: { notification: { icon: 'ic_stat', click_action: 'ORDER' } },
    });
    expect(JSON.stringify(fcm({ title: 'x', icon: 'https://x.test/i.png' }, 'android'))).not.toContain('i.png');
  });
});

describe('overrides', () => {
  it('take out what is null, also below', () => {
    const overrides = {
      apns: { aps: { sound: null, alert: { subtitle: null } } },
      fcm: { android: { notification: { tag: null }, ttl: null } },
    };
    const message = { title: 'x', subtitle: 's', sound: 'z', overrides };

    expect(apns(message)).toMatchObject({ payload: { aps: { alert: { title: 'x' } } } });
    expect(JSON.stringify(apns(message).payload)).not.toMatch(/sound|subtitle|null/);
    expect(JSON.stringify(fcm(message, 'android'))).not.toMatch(/"tag"|"ttl"|null/);
  });

  it('have no null of their own left in what a provider gets', () => {
    const overrides = { apns: { extra: { a: null, b: 1 } }, fcm: { webpush: { data: null } } };

    expect(apns({ title: 'x', overrides }).payload).toMatchObject({ extra: { b: 1 } });
    expect(JSON.stringify([apns({ title: 'x', overrides }).payload, fcm({ title: 'x', overrides }, 'web')])).not.toContain('null');
  });

  it('set headers of APNs, which are no part of the payload', () => {
    const headers = { 'apns-priority': 1, 'APNS-Collapse-Id': 'mine', 'apns-expiration': null };
    const { headers: sent, payload } = apns({ title: 'x', overrides: { apns: { headers } } });

    expect(sent).toMatchObject({ 'apns-topic': 'app.demo', 'apns-priority': '1', 'apns-collapse-id': 'mine', 'apns-push-type': 'alert' });
    expect(sent).not.toHaveProperty('apns-expiration');
    expect(payload).not.toHaveProperty('headers');
  });

  it('cannot make a background push urgent, which APNs refuses', () => {
    const headers = { 'apns-push-type': 'background', 'apns-priority': '10' };

    expect(apns({ data: { k: 'v' }, overrides: { apns: { headers } } }).headers).toMatchObject({ 'apns-priority': '5' });
  });

  it('cannot name a push type that the payload is not of, which APNs refuses', () => {
    const typed = (type: string) => ({ apns: { headers: { 'apns-push-type': type }, aps: { alert: type === 'alert' ? null : {} } } });

    expect(apns({ title: 'x', overrides: typed('alert') }).headers).toMatchObject({ 'apns-push-type': 'background', 'apns-priority': '5' });
    expect(apns({ title: 'x', overrides: typed('background') }).headers).toMatchObject({ 'apns-push-type': 'alert' });
  });

  it.each([
    { 'apns-topic': 'other' },
    { 'x-mine': '1' },
    { 'apns-priority': '7' },
    { 'apns-priority': { a: 1 } },
    { 'apns-collapse-id': 'line\nbreak' },
    'text',
  ])('with a header that Liquid made wrong fail: %j', (headers) => {
    expect(apns({ title: 'x', overrides: { apns: { headers } } })).toEqual({
      failed: { kind: 'payload_bad', reason: 'override_header_refused' },
    });
  });
});

describe('overrides that leave no title and no body', () => {
  it.each([
    { notification: { title: null } },
    { notification: null },
    { notification: { title: '' } },
    { notification: { title: ' ', image: 'https://x.test/i.png' } },
    { notification: null, android: { notification: { color: '#ff0000' } }, webpush: { notification: { icon: 'x' } } },
  ])('show nothing on Android and browsers: %j', (over) => {
    const message = { title: 't', sound: 'z', icon: 'ic', overrides: { fcm: over } };

    for (const platform of ['android', 'web'] as const) {
      const sent = fcm({ ...message, data: { k: 'v' } }, platform, { collapseId: 'c' });
      expect(sent).toMatchObject({ data: { k: 'v' } });
      // The browser's own part still has its title, unless that is taken out, too.
      const own = sent['webpush'] as { notification?: { title?: string } } | undefined;
      if (own?.notification?.title !== 't') expect(JSON.stringify(sent)).not.toContain('"notification"');
    }
  });

  it('keep what a platform says itself', () => {
    const overrides = { fcm: { notification: null, android: { notification: { body_loc_key: 'NEW' } } } };
    expect(fcm({ title: 't', overrides }, 'android')).toMatchObject({ android: { notification: { body_loc_key: 'NEW', tag: 'send-1' } } });
    const image = {
      fcm: { notification: { title: null, image: 'https://x.test/i.png' }, android: { notification: { titleLocKey: 'NEW' } } },
    };
    expect(fcm({ title: 't', overrides: image }, 'android')).toMatchObject({ notification: { image: 'https://x.test/i.png' } });
  });

  it('show nothing in a browser', () => {
    const overrides = { fcm: { notification: null, webpush: { notification: { title: null } } } };
    expect(JSON.stringify(fcm({ title: 't', overrides }, 'web'))).not.toContain('"notification"');
  });

  it.each([
    null,
    { alert: null },
    { alert: { title: null } },
    { alert: '' },
    { alert: { title: '', subtitle: 'alone' } },
    { alert: { title: null, 'launch-image': 'x' } },
  ])('wake Apple devices instead: %j', (aps) => {
    const message = { title: 't', category: 'C', data: { k: 'v' } };
    const woken = { 'content-available': 1 };

    const direct = apns({ ...message, overrides: { apns: { aps } } });
    expect(direct).toMatchObject({ headers: { 'apns-push-type': 'background', 'apns-priority': '5' }, payload: { aps: woken, k: 'v' } });
    expect(Object.keys(direct.payload?.['aps'] as object)).toEqual(['content-available']);
    const byFcm = fcm({ ...message, overrides: { fcm: { notification: null, apns: { payload: { aps } } } } }, 'ios');
    expect(byFcm).toMatchObject({ apns: { headers: { 'apns-push-type': 'background', 'apns-priority': '5' }, payload: { aps: woken } } });
    expect(JSON.stringify(byFcm)).not.toMatch(/"alert":\{|"notification"/);
  });

  it('leave badge and sound of Apple devices', () => {
    const message = { title: 't', badge: 2, sound: 'z', overrides: { apns: { aps: { alert: null } } } };
    expect(apns(message)).toMatchObject({ headers: { 'apns-push-type': 'alert' }, payload: { aps: { badge: 2, sound: 'z' } } });
  });
});

it('a message that is now or never is kept by no provider', () => {
  expect(apns({ title: 'x' }, { nowOrNever: true }).headers).toMatchObject({ 'apns-expiration': '0' });
  expect(fcm({ title: 'x' }, 'android', { nowOrNever: true })).toMatchObject({ android: { ttl: '0s' } });
  expect(fcm({ title: 'x' }, 'web', { nowOrNever: true })).toMatchObject({ webpush: { headers: { TTL: '0' } } });
  expect(fcm({ title: 'x' }, 'ios', { nowOrNever: true })).toMatchObject({ apns: { headers: { 'apns-expiration': '0' } } });
});
