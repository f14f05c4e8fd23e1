import { Webhook } from 'standardwebhooks';
import { WebhookRefused, verifyWebhook } from '../src/verify-webhook.ts';

const secret = `whsec_${Buffer.from('a secret of twenty-four!').toString('base64')}`;
const other = `whsec_${Buffer.from('another one, as long as!').toString('base64')}`;
const now = Date.parse('2026-11-30T09:30:00Z');
const body = JSON.stringify({ specversion: '1.0', id: 'f1', type: 'send.finished.v1', data: { name: 'Grüße' } });

/** Signed by the library that the standard names. */
function signed(by: string, at = now, text = body) {
  return {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(at / 1_000),
    'webhook-signature': new Webhook(by).sign('msg_1', new Date(at), text),
  };
}

describe('a webhook’s request', () => {
  it('is read when our platform signed it, as text or as bytes, by Node’s headers or by fetch’s', () => {
    expect(verifyWebhook(body, signed(secret), secret, { now })).toMatchObject([{ type: 'send.finished.v1', data: { name: 'Grüße' } }]);
    expect(verifyWebhook(Buffer.from(body), new Headers(signed(secret)), secret, { now })).toMatchObject([{ id: 'f1' }]);
  });

  it('is read under either secret after a rotation, and with either of two signatures', () => {
    const both = { ...signed(secret), 'webhook-signature': `${signed(other)['webhook-signature']} ${signed(secret)['webhook-signature']}` };

    expect(verifyWebhook(body, signed(other), [secret, other], { now })).toMatchObject([{ id: 'f1' }]);
    expect(verifyWebhook(body, both, secret, { now })).toMatchObject([{ id: 'f1' }]);
  });

  it('is a list of facts, whether the webhook asked for batches or not', () => {
    const batch = `[${body},${body.replace('f1', 'f2')}]`;

    expect(verifyWebhook(batch, signed(secret, now, batch), secret, { now }).map(({ id }) => id)).toEqual(['f1', 'f2']);
    expect(verifyWebhook('[]', signed(secret, now, '[]'), secret, { now })).toEqual([]);
  });

  it.each([
    ['signed by another', body, signed(other)],
    ['changed on the way', body.replace('Grüße', 'Gruß'), signed(secret)],
    ['under another id', body, { ...signed(secret), 'webhook-id': 'msg_2' }],
    ['older than five minutes', body, signed(secret, now - 301_000)],
    ['of the future', body, signed(secret, now + 301_000)],
    ['with a time that is none', body, { ...signed(secret), 'webhook-timestamp': 'now' }],
    ['without a signature', body, { ...signed(secret), 'webhook-signature': undefined }],
    ['with an odd one', body, { ...signed(secret), 'webhook-signature': 'v1,' }],
  ])('is refused when it is %s', (_what, text, headers) => {
    expect(() => verifyWebhook(text, headers, secret, { now })).toThrow(WebhookRefused);
  });
});
