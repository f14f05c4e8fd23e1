import type { RenderedMessage } from '#libs/sends';
import { HOLES } from '#libs/templates';
import { buildBaiduRequest, type BaiduAddress } from '../../../src/providers/baidu/request.ts';
import { baiduSign } from '../../../src/providers/baidu/sign.ts';
import type { ProviderRequest } from '../../../src/providers/push-provider.ts';
import { aMoment, aProviderRequest, aRecipient, bodyAt, headersOf } from '../a-provider-request.ts';

const address: BaiduAddress = {
  ...{ origin: 'https://api.tuisong.baidu.com', apiKey: 'anApiKey1', secretKey: 'aSecretKey1' },
  destination: {
    ...{ key: 'baidu', protocol: 'http/1.1', host: 'baidu', port: 443, ca: undefined },
    ...{ maxConnections: 1, maxStreams: 1, firstAlone: false, requestDeadlineMs: 1 },
  },
};
const token = '3923859573096872165';
const serverNow = aMoment + 30_000;

function build(changes: Partial<ProviderRequest> = {}) {
  const request = aProviderRequest({ recipients: [aRecipient({ token, platform: 'android' })], ...changes });
  return buildBaiduRequest(request, [...request.recipients.keys()], address, aMoment, serverNow);
}

function formOf(message: RenderedMessage, changes: Partial<ProviderRequest> = {}, index = 0): Record<string, string> {
  const [batch] = build({ renderings: [message], ...changes }).batches;
  return Object.fromEntries(new URLSearchParams(bodyAt(batch, index)));
}

type Msg = Record<string, unknown> & { readonly custom_content: Record<string, string> };
const msgOf = (form: Record<string, string>) => JSON.parse(form['msg']!) as Msg;

describe('a request to Baidu', () => {
  it('goes to one device, as a signed form', () => {
    const [batch] = build().batches;
    const { sign, ...parameters } = formOf({ title: 'Hello', body: 'a b*c~d (é) 你好' });

    expect(batch!.path(0)).toBe('/rest/3.0/push/single_device');
    expect(headersOf(batch!)).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded;charset=utf-8',
      'user-agent': expect.stringMatching(/^BCCS_SDK\/3\.0/) as string,
    });
    expect(batch!.authorization()).toBe('');
    expect(parameters).toMatchObject({
      ...{ apikey: 'anApiKey1', channel_id: token, device_type: '3', msg_type: '1', msg_expires: '3600' },
      timestamp: String(serverNow / 1_000),
    });
    expect(parameters).not.toHaveProperty('deploy_status');
    expect(sign).toBe(baiduSign('POST', `${address.origin}/rest/3.0/push/single_device`, parameters, 'aSecretKey1'));
  });

  it('shows title and description, and carries data with our part, every message its own receipt', () => {
    const recipients = ['m-1.s', 'm-2.s'].map((receipt) => aRecipient({ token, platform: 'android', receipt }));
    const msg = msgOf(formOf({ title: 'T', body: 'B', link: 'app://x', data: { order: 'A-17' } }, { recipients }, 1));

    expect(msg).toMatchObject({ title: 'T', description: 'B', notification_basic_style: 7, open_type: 2 });
    expect(msg.custom_content).toMatchObject({ order: 'A-17' });
    expect(JSON.parse(msg.custom_content['carillon']!)).toEqual({ v: 1, send: 'send-1', receipt: 'm-2.s', link: 'app://x' });
  });

  it('describes with the title what has no body, as Baidu requires a description', () => {
    const msg = msgOf(formOf({ title: 'T' }));

    expect(msg['description']).toBe('T');
    expect(msg).not.toHaveProperty('title');
  });

  it.each([
    ['silent', { title: 'T', data: { a: '1' }, silent: true }],
    ['without a text', { data: { a: '1' } }],
    ['whose overrides leave none', { title: 'T', data: { a: '1' }, overrides: { baidu: { msg: { description: null } } } }],
  ] satisfies [string, RenderedMessage][])('is a transparent message where it is %s', (_, message) => {
    const form = formOf(message);

    expect(form['msg_type']).toBe('0');
    expect(msgOf(form).custom_content).toMatchObject({ a: '1' });
  });

  it.each([
    [aMoment + 30 * 86_400_000, false, '604800'],
    [aMoment + 500, false, '1'],
    [aMoment + 5_000, true, '0'],
  ])('lives until %d (now or never: %s) for %s s', (expiresAt, nowOrNever, expires) => {
    expect(formOf({ title: 'T' }, { expiresAt, nowOrNever })['msg_expires']).toBe(expires);
  });

  it.each([
    ['sandbox', '1'],
    ['production', '2'],
  ] as const)('speaks to Apple devices of the %s as Apple has it', (environment, status) => {
    const recipients = [aRecipient({ token, platform: 'ios', environment })];
    const form = formOf({ title: 'T', body: 'B', badge: 0, data: { a: '1' } }, { recipients });

    expect(form).toMatchObject({ device_type: '4', deploy_status: status, msg_type: '1' });
    expect(JSON.parse(form['msg']!)).toMatchObject({
      ...{ aps: { alert: { title: 'T', body: 'B' }, badge: 0 }, a: '1' },
      carillon: { v: 1, send: 'send-1' },
    });
  });

  it('fills texts in, and signs what comes out', () => {
    const recipients = [aRecipient({ token, platform: 'android', texts: ['Zoë "Z" $& 😀'] })];
    const { sign, ...parameters } = formOf({ title: 'Hi', body: HOLES[0]! }, { recipients });

    expect((JSON.parse(parameters['msg']!) as Msg)['description']).toBe('Zoë "Z" $& 😀');
    expect(sign).toBe(baiduSign('POST', `${address.origin}/rest/3.0/push/single_device`, parameters, 'aSecretKey1'));
  });

  it('merges overrides last, and keeps the address, the signature and our part', () => {
    const over = {
      ...{ msg_expires: 60, topic_id: 'spring', channel_id: '1', sign: 'x', apikey: 'y', expires: 1, device_type: 4, deploy_status: 1 },
      msg: { title: 'Mine', notification_builder_id: 3, custom_content: { b: '2', carillon: 'mine' } },
    };

    const form = formOf({ title: 'T', body: 'B', data: { a: '1' }, overrides: { baidu: over } });

    expect(form).toMatchObject({ msg_expires: '60', topic_id: 'spring', channel_id: token, apikey: 'anApiKey1', device_type: '3' });
    expect(form).not.toHaveProperty('expires');
    expect(form).not.toHaveProperty('deploy_status');
    expect(msgOf(form)).toMatchObject({ title: 'Mine', description: 'B', notification_builder_id: 3, custom_content: { a: '1', b: '2' } });
    expect(JSON.parse(msgOf(form).custom_content['carillon']!)).toMatchObject({ send: 'send-1' });
  });

  it('takes 4,096 bytes of msg, and not one more', () => {
    const ofBytes = (bytes: number) => ({ title: 'é', body: 'b', data: { k: 'x'.repeat(bytes) } });
    const room = 4_096 - Buffer.byteLength(formOf(ofBytes(0))['msg']!);

    expect(Buffer.byteLength(formOf(ofBytes(room))['msg']!)).toBe(4_096);
    expect(build({ renderings: [ofBytes(room + 1)] }).failed).toEqual([
      { position: 0, outcome: { kind: 'payload_bad', reason: 'payload_too_large' } },
    ]);
  });

  it.each(['not-a-number', '123456789', '123456789012345678901'])('does not ask for a channel id that is none: %s', (none) => {
    const { batches, failed } = build({ recipients: [aRecipient({ token: none })] });

    expect({ batches, failed }).toEqual({
      batches: [],
      failed: [{ position: 0, outcome: { kind: 'token_invalid', reason: 'malformed_token' } }],
    });
  });

  it('does not send data of ours', () => {
    expect(build({ renderings: [{ title: 'T', data: { carillon: 'x' } }] }).failed).toMatchObject([
      { outcome: { kind: 'payload_bad', reason: 'reserved_data_key' } },
    ]);
  });
});
