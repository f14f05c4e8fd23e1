import type { RenderedMessage } from '#libs/sends';
import { aProviderRequest, aRecipient, bodyAt, headersOf } from '../a-provider-request.ts';
import type { Destination } from '../../../src/transport/transport.ts';
import type { ProviderRequest } from '../../../src/providers/push-provider.ts';
import { buildApnsRequest, type ApnsAddress } from '../../../src/providers/apns/request.ts';

const destination = (key: string): Destination => ({
  ...{
    key,
    protocol: 'h2' as const,
    host: key,
    port: 443,
    ca: undefined,
    maxConnections: 1,
    maxStreams: 1,
    firstAlone: true,
    requestDeadlineMs: 1,
  },
});
const address: ApnsAddress = {
  production: destination('production'),
  sandbox: destination('sandbox'),
  bundleIds: ['app.demo', 'app.other'],
  by: 'key' as const,
};

function build(changes: Partial<ProviderRequest> = {}) {
  const request = aProviderRequest(changes);
  return buildApnsRequest(request, [...request.recipients.keys()], address, { header: 'bearer jwt' });
}

function payloadOf(message: RenderedMessage): unknown {
  return JSON.parse(bodyAt(build({ renderings: [message] }).batches[0], 0));
}

describe('a request to APNs', () => {
  it('says who, what and how long', () => {
    const [batch] = build({ collapseId: 'otp', lane: 'transactional' }).batches;

    expect(batch).toMatchObject({
      destination: address.production,
      size: 1,
      urgent: true,
      positions: [0],
      method: 'POST',
      ownHeaders: ['apns-id'],
    });
    expect(batch!.path(0)).toBe(`/3/device/${'ab'.repeat(32)}`);
    expect(batch!.ownHeader(0, 0)).toBe('0b0e0e5c-3f0e-5f1e-8a3c-2f4b8f6a1d01');
    expect(batch!.authorization()).toBe('bearer jwt');
    expect(headersOf(batch!)).toEqual({
      'apns-topic': 'app.demo',
      'apns-push-type': 'alert',
      'apns-priority': '10',
      'apns-expiration': '1767229200',
      'apns-collapse-id': 'otp',
    });
  });

  it('goes to a broadcast channel of the app, under an id of its own', () => {
    const channel = 'dHN0LXNyY2gtY2hubA==';
    const liveActivity = (text = '') => ({
      silent: true,
      overrides: {
        apns: { headers: { 'apns-push-type': 'liveactivity' }, aps: { timestamp: 1, event: 'end', text, 'content-available': null } },
      },
    });
    const to = (token: string) => [aRecipient({ addressed: 'channel', token, bundleId: 'app.other', environment: 'sandbox' })];
    const sent = { recipients: to(channel), renderings: [liveActivity()], nowOrNever: true, priority: 'normal' as const };

    const [batch] = build(sent).batches;

    expect(batch).toMatchObject({ destination: address.sandbox, ownHeaders: ['apns-request-id'] });
    expect(batch!.path(0)).toBe('/4/broadcasts/apps/app.other');
    expect(batch!.ownHeader(0, 0)).toBe('0b0e0e5c-3f0e-5f1e-8a3c-2f4b8f6a1d01');
    const usual = { 'apns-push-type': 'liveactivity', 'apns-priority': '5', 'apns-expiration': '0' };
    expect(headersOf(batch!)).toEqual({ 'apns-channel-id': channel, ...usual });
    expect(build({ ...sent, renderings: [liveActivity('x'.repeat(4_800))] }).batches).toHaveLength(1);
    expect(build({ ...sent, renderings: [liveActivity('x'.repeat(5_120))] }).failed).toMatchObject([
      { outcome: { reason: 'payload_too_large' } },
    ]);
    expect(build({ ...sent, recipients: to('no base64') }).failed).toMatchObject([
      { outcome: { kind: 'payload_bad', reason: 'BadChannelId' } },
    ]);
  });

  it('carries the message with its receipt', () => {
    const message: RenderedMessage = {
      ...{
        title: 'Grüße "ä"',
        subtitle: 'Sub',
        body: 'World',
        badge: 3,
        sound: 'ping',
        category: 'news',
        link: 'app://x',
        data: { order: 'A-17' },
      },
      ...{ interruptionLevel: 'time-sensitive', image: 'https://example.org/a.png', actions: [{ id: 'yes', title: 'Yes' }] },
    };

    expect(payloadOf(message)).toEqual({
      aps: {
        ...{ alert: { title: 'Grüße "ä"', subtitle: 'Sub', body: 'World' }, badge: 3, sound: 'ping', category: 'news' },
        ...{ 'interruption-level': 'time-sensitive', 'mutable-content': 1 },
      },
      order: 'A-17',
      carillon: {
        ...{
          v: 1,
          send: 'send-1',
          receipt: '0b0e0e5c-3f0e-5f1e-8a3c-2f4b8f6a1d01.c2lnbmF0dXJlLi4u.Xw2PnjwbXQqbVQpdfxwuEQ',
          link: 'app://x',
        },
        ...{ image: 'https://example.org/a.png', actions: [{ id: 'yes', title: 'Yes' }] },
      },
    });
  });

  it('gives every message its own receipt, and the text of its own rendering', () => {
    const recipients = [aRecipient({ receipt: 'm-1.s', rendering: 1 }), aRecipient({ receipt: 'm-2.s' })];
    const [batch] = build({ recipients, renderings: [{ body: 'one' }, { body: 'two' }] }).batches;

    expect(JSON.parse(bodyAt(batch, 0))).toMatchObject({ aps: { alert: { body: 'two' } }, carillon: { receipt: 'm-1.s' } });
    expect(JSON.parse(bodyAt(batch, 1))).toMatchObject({ aps: { alert: { body: 'one' } }, carillon: { receipt: 'm-2.s' } });
  });

  it.each([[{ silent: true, title: 'unseen' }], [{ data: { sync: '1' } }]])(
    'shows nothing for %j: a background push of priority 5',
    (message) => {
      const [batch] = build({ renderings: [message] }).batches;

      expect(headersOf(batch!)).toMatchObject({ 'apns-push-type': 'background', 'apns-priority': '5' });
      expect(headersOf(batch!)).not.toHaveProperty('apns-collapse-id');
      expect(JSON.parse(bodyAt(batch, 0))).toMatchObject({ aps: { 'content-available': 1 } });
      expect(bodyAt(batch, 0)).not.toContain('alert');
    },
  );

  it.each([
    ['high', '10'],
    ['normal', '5'],
    ['low', '1'],
  ] as const)('of %s priority is %s', (priority, header) => {
    expect(headersOf(build({ priority }).batches[0]!)['apns-priority']).toBe(header);
  });

  it.each([
    [null, /^send-1$/],
    ['x'.repeat(64), /^x{64}$/],
    ['x'.repeat(65), /^[\w-]{43}$/],
    ['ключ', /^[\w-]{43}$/],
  ])('with the collapse id %j replaces what APNs knows by a name that fits', (collapseId, name) => {
    const header = () => headersOf(build({ collapseId }).batches[0]!)['apns-collapse-id'];

    expect(header()).toMatch(name);
    expect(header()).toBe(header());
  });

  it('goes in one batch for each environment, topic and push type', () => {
    const recipients = [
      aRecipient(),
      aRecipient({ environment: 'sandbox' }),
      aRecipient({ bundleId: 'app.other' }),
      aRecipient({ rendering: 1 }),
      aRecipient({ bundleId: 'app.demo' }),
    ];
    const { batches } = build({ recipients, renderings: [{ body: 'x' }, { silent: true }] });

    expect(batches.map(({ positions }) => positions)).toEqual([[0, 4], [1], [2], [3]]);
    expect(batches[1]?.destination).toBe(address.sandbox);
    expect(headersOf(batches[2]!)['apns-topic']).toBe('app.other');
  });

  it('lets overrides have the last word, but for our own part', () => {
    const overrides = { apns: { aps: { 'thread-id': 't', alert: { body: 'other' } }, extra: 1, carillon: 'mine' } };

    expect(payloadOf({ title: 'a', body: 'b', overrides })).toMatchObject({
      aps: { alert: { title: 'a', body: 'other' }, 'thread-id': 't' },
      extra: 1,
      carillon: { v: 1 },
    });
  });

  it('follows overrides that make a message visible', () => {
    const [batch] = build({ renderings: [{ silent: true, overrides: { apns: { aps: { alert: 'now' } } } }] }).batches;

    expect(headersOf(batch!)['apns-push-type']).toBe('alert');
  });

  describe('that cannot succeed is not made', () => {
    const overhead = Buffer.byteLength(bodyAt(build({ renderings: [{ body: 'x' }] }).batches[0], 0)) - 1;

    it.each([
      [4_096 - overhead, 0],
      [4_097 - overhead, 1],
    ])('with a body of %i characters: %i too large', (length, tooLarge) => {
      const { failed, batches } = build({ renderings: [{ body: 'x'.repeat(length) }] });

      expect(failed).toEqual(tooLarge ? [{ position: 0, outcome: { kind: 'payload_bad', reason: 'payload_too_large' } }] : []);
      expect(batches).toHaveLength(1 - tooLarge);
    });

    it('for data that would replace our own parts', () => {
      expect(build({ renderings: [{ data: { aps: 'x' } }] }).failed[0]?.outcome).toEqual({
        kind: 'payload_bad',
        reason: 'reserved_data_key',
      });
    });

    it('for an app that the key does not push to: the provider would blame the credential', () => {
      const { failed } = build({ recipients: [aRecipient({ bundleId: 'com.somebody.else' })] });

      expect(failed).toEqual([{ position: 0, outcome: { kind: 'wrong_sender', reason: 'bundle_not_configured' } }]);
    });

    it.each(['', 'abc', 'zz', '../../../v1', 'ab cd', 'AB\n'])('for %j, which is no APNs token', (token) => {
      expect(build({ recipients: [aRecipient({ token })] }).failed[0]?.outcome).toEqual({
        kind: 'token_invalid',
        reason: 'malformed_token',
      });
    });
  });
});
