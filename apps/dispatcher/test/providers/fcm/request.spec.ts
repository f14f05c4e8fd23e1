import type { RenderedMessage } from '#libs/sends';
import type { Platform } from '#libs/registry';
import { aMoment, aProviderRequest, aRecipient, bodyAt, headersOf } from '../a-provider-request.ts';
import type { ProviderRequest } from '../../../src/providers/push-provider.ts';
import { buildFcmRequest, type FcmAddress } from '../../../src/providers/fcm/request.ts';

const address: FcmAddress = {
  projectId: 'a-project',
  destination: {
    key: 'fcm',
    protocol: 'h2' as const,
    host: 'fcm',
    port: 443,
    ca: undefined,
    maxConnections: 1,
    maxStreams: 1,
    firstAlone: false,
    requestDeadlineMs: 1,
  },
};
const token = 'dK3:APA91b_x-y';

function build(changes: Partial<ProviderRequest> = {}) {
  const request = aProviderRequest({ recipients: [aRecipient({ token, platform: 'android' })], ...changes });
  return buildFcmRequest(request, [...request.recipients.keys()], address, { header: 'Bearer t' }, aMoment);
}

interface Sent {
  message: Record<string, unknown> & { data: Record<string, string> };
}

function messageOf(message: RenderedMessage, platform: Platform = 'android', changes: Partial<ProviderRequest> = {}): Sent['message'] {
  const recipients = [aRecipient({ token, platform })];
  return (JSON.parse(bodyAt(build({ renderings: [message], recipients, ...changes }).batches[0], 0)) as Sent).message;
}

describe('a request to FCM', () => {
  it('says so where it is to be looked at and not delivered', () => {
    expect(JSON.parse(bodyAt(build({ validateOnly: true }).batches[0], 0))).toMatchObject({ validate_only: true, message: { token } });
    expect(JSON.parse(bodyAt(build().batches[0], 0))).not.toHaveProperty('validate_only');
  });

  it('names a Firebase installation id as such, and never as a token', () => {
    const recipients = [
      aRecipient({ token: 'fid:cLZ0yOl4T2mG7yGq1yWcQf', platform: 'android' }),
      aRecipient({ token, platform: 'android' }),
    ];
    const [batch] = build({ recipients }).batches;

    const [fid, byToken] = [0, 1].map((at) => (JSON.parse(bodyAt(batch, at)) as Sent).message);
    expect(fid).toMatchObject({ fid: 'cLZ0yOl4T2mG7yGq1yWcQf' });
    expect(fid).not.toHaveProperty('token');
    expect(byToken).toMatchObject({ token });
    expect(byToken).not.toHaveProperty('fid');
  });

  it.each([
    ['topic', 'news'],
    ['condition', "'a' in topics && !('b' in topics)"],
  ] as const)('to a %s carries the part of every platform', (addressed, text) => {
    const sent = (
      JSON.parse(
        bodyAt(
          build({ recipients: [aRecipient({ token: text, addressed, platform: 'android' })], renderings: [{ title: 'T', badge: 2 }] })
            .batches[0],
          0,
        ),
      ) as Sent
    ).message;

    expect(sent).toMatchObject({
      [addressed]: text,
      notification: { title: 'T' },
      android: { priority: 'HIGH', notification: { notification_count: 2 } },
      apns: { headers: { 'apns-push-type': 'alert' }, payload: { aps: { alert: { title: 'T' }, badge: 2 } } },
      webpush: { headers: { Urgency: 'high' }, notification: { title: 'T' } },
    });
    expect(sent).not.toHaveProperty('token');
  });

  it('to a topic is half as large at most', () => {
    const to = (bytes: number, addressed?: 'topic') =>
      build({
        recipients: [aRecipient({ token: 'news', platform: 'android', ...(addressed && { addressed }) })],
        renderings: [{ data: { a: 'x'.repeat(bytes) }, silent: true }],
      }).failed.map(({ outcome }) => outcome);

    expect(to(1_800, 'topic')).toEqual([]);
    expect(to(2_048, 'topic')).toEqual([{ kind: 'payload_bad', reason: 'payload_too_large' }]);
    expect(to(2_048)).toEqual([]);
  });

  it('carries labels of Analytics and says what may come before the first unlocking', () => {
    const fcm = { fcm_options: { analytics_label: 'spring' }, android: { direct_boot_ok: true, fcm_options: { analytics_label: 'a' } } };

    expect(messageOf({ title: 'T', overrides: { fcm } })).toMatchObject(fcm);
  });

  it('goes to the project, as JSON, with the token in the body', () => {
    const [batch] = build().batches;

    expect(batch!.path(0)).toBe('/v1/projects/a-project/messages:send');
    expect(headersOf(batch!)).toEqual({ 'content-type': 'application/json' });
    expect(batch!.authorization()).toBe('Bearer t');
    expect(JSON.parse(bodyAt(batch, 0))).toMatchObject({ message: { token } });
  });

  it('carries our part as text inside data, with every message its own receipt', () => {
    const recipients = ['m-1.s', 'm-2.s'].map((receipt) => aRecipient({ token, platform: 'android', receipt }));
    const [batch] = build({
      recipients,
      renderings: [{ title: 'x', link: 'https://e.org/?q="ä"&\\', data: { order: 'A-17', 'k"': 'v\n' } }],
    }).batches;

    const second = (JSON.parse(bodyAt(batch, 1)) as Sent).message.data;

    expect(JSON.parse(second['carillon']!)).toEqual({ v: 1, send: 'send-1', receipt: 'm-2.s', link: 'https://e.org/?q="ä"&\\' });
    expect(second).toMatchObject({ order: 'A-17', 'k"': 'v\n' });
  });

  it('says to Android how to treat and show it', () => {
    const message: RenderedMessage = {
      ...{ title: 'T', body: 'B', image: 'https://e.org/i' },
      ...{ androidChannel: 'news', sound: 's', badge: 2 },
    };

    expect(messageOf({ ...message, interruptionLevel: 'passive' }, 'android', { collapseId: 'c' })).toMatchObject({
      notification: { title: 'T', body: 'B', image: 'https://e.org/i' },
      android: {
        ...{ ttl: '3600s', priority: 'HIGH', collapse_key: 'c' },
        notification: { channel_id: 'news', tag: 'c', sound: 's', notification_count: 2, notification_priority: 'PRIORITY_LOW' },
      },
    });
  });

  it('lets a repeated message replace itself without spending collapse keys', () => {
    const { android } = messageOf({ title: 'T' }) as unknown as { android: Record<string, unknown> };

    expect(android).not.toHaveProperty('collapse_key');
    expect(android['notification']).toEqual({ tag: 'send-1' });
  });

  it('says to APNs, through FCM, what we would say ourselves', () => {
    const sent = messageOf({ title: 'T', subtitle: 'S', badge: 1, image: 'https://e.org/i' }, 'ipados', { priority: 'normal' });

    expect(sent['apns']).toEqual({
      headers: { 'apns-push-type': 'alert', 'apns-priority': '5', 'apns-expiration': '1767229200', 'apns-collapse-id': 'send-1' },
      payload: { aps: { alert: { title: 'T', subtitle: 'S' }, badge: 1, 'mutable-content': 1 } },
      fcm_options: { image: 'https://e.org/i' },
    });
    expect(sent).not.toHaveProperty('android');
  });

  it('says to browsers what they show, and links to https only', () => {
    const actions = [{ id: 'yes', title: 'Yes', link: 'https://e.org/yes' }];
    const sent = messageOf({ title: 'T', icon: 'https://e.org/icon', actions, link: 'https://e.org' }, 'web', {
      collapseId: 'c',
      priority: 'low',
    });

    expect(sent['webpush']).toEqual({
      headers: { TTL: '3600', Urgency: 'low', Topic: 'c' },
      notification: { title: 'T', icon: 'https://e.org/icon', actions: [{ action: 'yes', title: 'Yes' }], tag: 'c' },
      fcm_options: { link: 'https://e.org' },
    });
    expect(messageOf({ title: 'T', link: 'app://x' }, 'web')['webpush']).not.toHaveProperty('fcm_options');
  });

  it.each(['android', 'ios', 'web'] as const)('shows nothing on %s when it is silent', (platform) => {
    const text = JSON.stringify(messageOf({ silent: true, title: 'unseen', data: { a: '1' } }, platform));

    expect(text).not.toContain('notification');
    expect(text).not.toContain('unseen');
    if (platform === 'ios') expect(text).toContain('"content-available":1');
  });

  it.each([
    [aMoment + 10_999, '10s'],
    [aMoment - 5, '0s'],
    [aMoment + 1e12, '2419200s'],
  ])('that expires at %i lives for %s', (expiresAt, ttl) => {
    expect(messageOf({ title: 'T' }, 'android', { expiresAt })['android']).toMatchObject({ ttl });
  });

  it('has each member once, spelled as the author spells it', () => {
    const fcm = { android: { collapseKey: 'mine', notification: { channelId: 'news' } } };
    const { android } = messageOf({ title: 'T', overrides: { fcm } }, 'android', { collapseId: 'ours' });

    expect(android).toMatchObject(fcm.android);
    expect(Object.keys(android as object)).not.toContain('collapse_key');
    expect(Object.keys((android as { notification: object }).notification)).not.toContain('channel_id');
  });

  it('lets overrides have the last word, but for target and receipt', () => {
    const fcm = {
      android: { priority: 'NORMAL', direct_boot_ok: true },
      topic: 'everyone',
      token: 'other',
      data: { extra: 'x', carillon: 'mine' },
    };
    const sent = messageOf({ title: 'T', data: { own: 'y' }, overrides: { fcm } });

    expect(sent).toMatchObject({
      token,
      android: { priority: 'NORMAL', direct_boot_ok: true, ttl: '3600s' },
      data: { extra: 'x', own: 'y' },
    });
    expect(sent).not.toHaveProperty('topic');
    expect(sent.data['carillon']).toContain('"v":1');
  });

  describe('that cannot succeed is not made', () => {
    it.each(['from', 'message_type', 'google.x', 'gcmx'])('for data named %s', (key) => {
      expect(build({ renderings: [{ data: { [key]: 'x' } }] }).failed[0]?.outcome).toEqual({
        kind: 'payload_bad',
        reason: 'reserved_data_key',
      });
    });

    it('for more than 4,096 bytes of data and notification', () => {
      const tooLarge = { kind: 'payload_bad', reason: 'payload_too_large' };

      expect(build({ renderings: [{ title: 'ä'.repeat(2_040) }] }).failed).toEqual([{ position: 0, outcome: tooLarge }]);
      expect(build({ renderings: [{ title: 'ä'.repeat(1_900) }] }).failed).toEqual([]);
    });

    it.each(['', 'a"b', 'a\\b', 'tökén', 'a b'])('for %j, which is no FCM token', (bad) => {
      const { failed, batches } = build({ recipients: [aRecipient({ token: bad, platform: 'android' })] });

      expect(failed[0]?.outcome).toEqual({ kind: 'token_invalid', reason: 'malformed_token' });
      expect(batches).toEqual([]);
    });
  });
});
