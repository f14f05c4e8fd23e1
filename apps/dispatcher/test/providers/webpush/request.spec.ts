import type { RequestBatch } from '../../../src/transport/transport.ts';
import { FixedClock } from '#libs/testing';
import { createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';
import type { Outcome } from '../../../src/providers/outcome.ts';
import type { ProviderRequest } from '../../../src/providers/push-provider.ts';
import { WebPushProtocol } from '../../../src/providers/webpush/webpush-protocol.ts';
import { aMoment, aProviderRequest, aRecipient, headersOf } from '../a-provider-request.ts';
import { anAnswer } from '../an-answer.ts';
import { aVapidPair } from './a-vapid-pair.ts';

/** A browser, which can read what is sent to it. */
function aBrowser(endpoint: string, more: Record<string, string> = {}) {
  const keys = createECDH('prime256v1');
  const p256dh = keys.generateKeys('base64url');
  const auth = randomBytes(16);
  const token = JSON.stringify({ endpoint, keys: { p256dh, auth: auth.toString('base64url') }, ...more });
  const read = (body: Buffer): unknown => {
    const sender = body.subarray(21, 86);
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), keys.getPublicKey(), sender]);
    const input = Buffer.from(hkdfSync('sha256', keys.computeSecret(sender), auth, info, 32));
    const part = (name: string, length: number) =>
      Buffer.from(hkdfSync('sha256', input, body.subarray(0, 16), `Content-Encoding: ${name}\0`, length));
    const decipher = createDecipheriv('aes-128-gcm', part('aes128gcm', 16), part('nonce', 12), { authTagLength: 16 });
    decipher.setAuthTag(body.subarray(-16));
    const text = Buffer.concat([decipher.update(body.subarray(86, -16)), decipher.final()]);
    return JSON.parse(text.toString('utf8', 0, text.length - 1));
  };
  return { token, read };
}

const current = aVapidPair();
const previous = aVapidPair();
const fields = { ...current, subject: 'mailto:push@example.com', previousKeys: [previous] };
const mozilla = 'https://updates.push.services.mozilla.com/wpush/v2/';
const google = 'https://fcm.googleapis.com/fcm/send/';

function opened(clock = new FixedClock(aMoment)) {
  const protocol = new WebPushProtocol({ WEBPUSH_MAX_CONNECTIONS: 7, PROVIDER_REQUEST_DEADLINE_MS: 1_000 }, clock);
  const account = protocol.account({ id: 'demo:1', simulated: false, bundleIds: ['shop.example'], fields }, undefined);
  const build = (changes: Partial<ProviderRequest>) => {
    const request = aProviderRequest(changes);
    return protocol.build(request, [...request.recipients.keys()], account);
  };
  return { protocol, account, build, clock };
}

function bodyOf(batch: RequestBatch | undefined, index: number): Buffer {
  const body = Buffer.alloc(batch?.bodyLength(index) ?? 0);
  batch?.writeBody(index, body, 0);
  return body;
}

describe('a request to push services of browsers', () => {
  it('is a batch for each push service, encrypted for each browser', () => {
    const browsers = [`${mozilla}a`, `${google}b`, `${mozilla}c`].map((endpoint) => aBrowser(endpoint));
    const recipients = browsers.map(({ token }) => aRecipient({ token, platform: 'web' }));

    const { batches, failed } = opened().build({ recipients, collapseId: 'offer' });

    expect(failed).toEqual([]);
    expect(batches.map(({ positions, destination }) => [positions, destination.host, destination.authority])).toEqual([
      [[0, 2], 'updates.push.services.mozilla.com', 'updates.push.services.mozilla.com'],
      [[1], 'fcm.googleapis.com', 'fcm.googleapis.com'],
    ]);
    expect(batches[0]?.path(1)).toBe('/wpush/v2/c');
    expect(batches[0]?.destination).toMatchObject({ protocol: 'http/1.1', port: 443, publicOnly: true, maxConnections: 7 });
    expect(headersOf(batches[0]!)).toEqual({
      ...{ 'content-type': 'application/octet-stream', 'content-encoding': 'aes128gcm', ttl: '3600', urgency: 'high', topic: 'offer' },
    });
    expect(browsers[2]?.read(bodyOf(batches[0], 1))).toEqual({
      notification: { title: 'Hello', body: 'World', tag: 'offer' },
      carillon: { v: 1, send: 'send-1', receipt: recipients[2]?.receipt },
    });
    expect(batches[0]?.authorization()).toMatch(new RegExp(`^vapid t=[\\w.-]+, k=${current.publicKey}$`));
  });

  it('fills what each message has of its own into the text before it is encrypted', () => {
    const browser = aBrowser(`${mozilla}a`);
    const message = {
      ...{ title: 'Hi', body: 'é ✓ 👋', data: { k: 'v' }, link: 'https://shop.example/x', badge: 0, icon: 'https://shop.example/i.png' },
      actions: [{ id: 'yes', title: 'Yes' }],
    };

    const { batches } = opened().build({ renderings: [message], recipients: [aRecipient({ token: browser.token })] });

    expect(browser.read(bodyOf(batches[0], 0))).toMatchObject({
      notification: {
        title: 'Hi',
        body: 'é ✓ 👋',
        icon: 'https://shop.example/i.png',
        actions: [{ action: 'yes', title: 'Yes' }],
        tag: 'send-1',
      },
      ...{ badge: 0, data: { k: 'v' } },
      carillon: { link: 'https://shop.example/x' },
    });
  });

  it('has no notification in a silent message, nor in one that overrides leave without a text', () => {
    const browser = aBrowser(`${mozilla}a`);
    const read = (rendering: ProviderRequest['renderings'][number]) => {
      const { batches } = opened().build({ renderings: [rendering], recipients: [aRecipient({ token: browser.token })] });
      return browser.read(bodyOf(batches[0], 0));
    };

    expect(read({ silent: true, title: 'T', data: { k: 'v' } })).not.toHaveProperty('notification');
    expect(read({ title: 'T', overrides: { webpush: { notification: { title: null } } } })).not.toHaveProperty('notification');
    expect(read({ title: 'T', overrides: { webpush: { notification: { renotify: true }, carillon: null, more: 1 } } })).toMatchObject({
      ...{ notification: { title: 'T', renotify: true }, more: 1, carillon: { v: 1 } },
    });
  });

  it('takes TTL, urgency and topic from the author, and 0 for a message that is now or never', () => {
    const recipients = [aRecipient({ token: aBrowser(`${mozilla}a`).token })];
    const headers = { TTL: 60, Urgency: 'very-low', Topic: null };

    const { batches } = opened().build({ recipients, collapseId: 'x', renderings: [{ title: 'T', overrides: { webpush: { headers } } }] });

    expect(headersOf(batches[0]!)).toEqual({
      ...{ 'content-type': 'application/octet-stream', 'content-encoding': 'aes128gcm', ttl: '60', urgency: 'very-low' },
    });
    expect(headersOf(opened().build({ recipients, nowOrNever: true }).batches[0]!)).toMatchObject({ ttl: '0' });
    expect(headersOf(opened().build({ recipients, collapseId: 'grüße an alle' }).batches[0]!)['topic']).toMatch(/^[\w-]{32}$/);
  });

  it('is 4,096 bytes at most, and not sent when it is one more', () => {
    const browser = aBrowser(`${mozilla}a`);
    const recipients = [aRecipient({ token: browser.token })];
    const lengthOf = (body: string) =>
      opened()
        .build({ recipients, renderings: [{ body }] })
        .batches[0]?.bodyLength(0) ?? 0;
    const room = 4_096 - lengthOf('x') + 1;

    expect(lengthOf('x'.repeat(room))).toBe(4_096);
    const { batches, failed } = opened().build({ recipients, renderings: [{ body: 'x'.repeat(room + 1) }] });
    expect(batches).toEqual([]);
    expect(failed).toEqual([{ position: 0, outcome: { kind: 'payload_bad', reason: 'payload_too_large' } }]);
  });

  it.each([
    'no JSON',
    '{}',
    JSON.stringify({ endpoint: 'http://updates.push.services.mozilla.com/a', keys: {} }),
    JSON.stringify({
      endpoint: `${mozilla}a`,
      keys: { p256dh: Buffer.alloc(65, 4).toString('base64url'), auth: 'BTBZMqHH6r4Tts7J_aSIgg' },
    }),
  ])('is not made for what nobody can write to: %#', (token) => {
    const { batches, failed } = opened().build({ recipients: [aRecipient({ token })] });

    expect(batches).toEqual([]);
    expect(failed).toEqual([{ position: 0, outcome: { kind: 'token_invalid', reason: 'malformed_token' } }]);
  });
});

describe('key pairs of Web Push', () => {
  const signerOf = (batch: RequestBatch | undefined) => /k=(.*)$/.exec(batch?.authorization() ?? '')?.[1];

  it('are the one that a subscription was made with, where it says so', () => {
    const recipients = [previous, current].map(({ publicKey }) =>
      aRecipient({ token: aBrowser(`${mozilla}a`, { applicationServerKey: publicKey }).token }),
    );

    const { batches } = opened().build({ recipients });

    expect(batches.map((batch) => [batch.positions, signerOf(batch)])).toEqual([
      [[0], previous.publicKey],
      [[1], current.publicKey],
    ]);
  });

  it('fail for a subscription whose pair is not there any more', () => {
    const { token } = aBrowser(`${mozilla}a`, { applicationServerKey: aVapidPair().publicKey });

    const { failed } = opened().build({ recipients: [aRecipient({ token })] });

    expect(failed).toEqual([{ position: 0, outcome: { kind: 'wrong_sender', reason: 'vapid_key_unknown' } }]);
  });

  it('are tried one after the other where a subscription does not say it, and the one that fits is remembered', () => {
    const { protocol, account, build } = opened();
    const recipient = aRecipient({ token: aBrowser(`${mozilla}a`).token });
    const signer = () => signerOf(build({ recipients: [recipient] }).batches[0]);

    expect(signer()).toBe(current.publicKey);
    expect(protocol.hasOtherSender(account, recipient)).toBe(true);
    expect(signer()).toBe(previous.publicKey);
    expect(signer()).toBe(previous.publicKey);
    expect(protocol.hasOtherSender(account, recipient)).toBe(false);
    expect(signer()).toBe(current.publicKey);
  });
});

describe('a push service that wants to be left alone', () => {
  it('is, and the others are not', () => {
    const { protocol, build, account, clock } = opened();
    const recipients = [`${mozilla}a`, `${google}b`].map((endpoint) => aRecipient({ token: aBrowser(endpoint).token }));

    protocol.classify(anAnswer(429, '', { 'retry-after': '60' }), recipients[0]!, account);

    const { batches, failed } = build({ recipients });
    expect(batches.map(({ positions }) => positions)).toEqual([[1]]);
    const outcome = { kind: 'retry_later', reason: 'push_service_paused', faultOf: 'provider', afterMs: 60_000 };
    expect(failed).toEqual([{ position: 0, outcome }]);
    clock.advance(60_000);
    expect(build({ recipients }).failed).toEqual([]);
  });

  it('is left alone after ten faults in a row, and not for what was never begun', () => {
    const { protocol, build } = opened();
    const recipients = [aRecipient({ token: aBrowser(`${mozilla}a`).token })];
    const unreachable: Outcome = { kind: 'retry_later', reason: 'connect_failed', faultOf: 'network' };
    for (let fault = 0; fault < 20; fault += 1) protocol.unanswered({ ...unreachable, afterMs: 0 }, recipients[0]!);
    expect(build({ recipients }).failed).toEqual([]);

    for (let fault = 0; fault < 10; fault += 1) protocol.unanswered(unreachable, recipients[0]!);

    expect(build({ recipients }).failed).toMatchObject([{ outcome: { reason: 'push_service_paused', afterMs: 2_000 } }]);
  });
});
