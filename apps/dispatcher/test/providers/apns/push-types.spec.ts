import type { JsonObject } from '#libs/sends';
import { buildApnsRequest, type ApnsAddress } from '../../../src/providers/apns/request.ts';
import type { ProviderRequest } from '../../../src/providers/push-provider.ts';
import type { Destination } from '../../../src/transport/transport.ts';
import { aProviderRequest, bodyAt, headersOf } from '../a-provider-request.ts';

const destination: Destination = {
  ...{ key: 'apns', protocol: 'h2', host: 'apns', port: 443, ca: undefined, maxConnections: 1, maxStreams: 1, firstAlone: true },
  requestDeadlineMs: 1,
};

function build(
  pushType: string,
  apns: JsonObject = {},
  { by = 'key', ...changes }: Partial<ProviderRequest> & { by?: ApnsAddress['by'] } = {},
) {
  const overrides = { apns: { ...apns, headers: { 'apns-push-type': pushType, ...(apns['headers'] as object | undefined) } } };
  const request = aProviderRequest({ renderings: [{ title: 'Hello', overrides }], ...changes });
  const address = { production: destination, sandbox: destination, bundleIds: ['app.demo'], by };
  return buildApnsRequest(request, [0], address, { header: 'bearer jwt' });
}

describe('a push of a type that the message says', () => {
  it.each([
    ['voip', 'app.demo.voip'],
    ['complication', 'app.demo.complication'],
    ['fileprovider', 'app.demo.pushkit.fileprovider'],
    ['location', 'app.demo.location-query'],
    ['pushtotalk', 'app.demo.voip-ptt'],
    ['liveactivity', 'app.demo.push-type.liveactivity'],
    ['widgets', 'app.demo.push-type.widgets'],
    ['controls', 'app.demo.push-type.controls'],
  ])('%s goes to %s, at the priority of the message and without a collapse id', (type, topic) => {
    const [batch] = build(type).batches;

    expect(headersOf(batch!)).toEqual({
      'apns-topic': topic,
      'apns-push-type': type,
      'apns-priority': '10',
      'apns-expiration': '1767229200',
    });
    expect(headersOf(build(type, {}, { priority: 'normal' }).batches[0]!)).toMatchObject({ 'apns-priority': '5' });
  });

  it('mdm goes to the bundle id as it is, with a certificate alone', () => {
    expect(build('mdm').failed).toMatchObject([{ outcome: { kind: 'payload_bad', reason: 'push_type_needs_certificate' } }]);
    expect(headersOf(build('mdm', { mdm: 'magic' }, { by: 'certificate' }).batches[0]!)).toMatchObject({ 'apns-topic': 'app.demo' });
  });

  it.each(['location', 'liveactivity'])('%s does not go with a certificate', (type) => {
    expect(build(type, {}, { by: 'certificate' }).failed).toMatchObject([
      { outcome: { kind: 'payload_bad', reason: 'push_type_needs_key' } },
    ]);
  });

  it('says of widgets that their content has changed, and leaves an aps of its own alone', () => {
    expect(JSON.parse(bodyAt(build('widgets').batches[0], 0))).toMatchObject({ aps: { 'content-changed': true } });
    const aps = { alert: null, event: 'end', timestamp: 1_767_225_600 };
    expect(JSON.parse(bodyAt(build('liveactivity', { aps }).batches[0], 0))).toMatchObject({
      aps: { event: 'end', timestamp: 1_767_225_600 },
    });
    expect(JSON.parse(bodyAt(build('liveactivity', { aps }).batches[0], 0))).not.toHaveProperty('aps.content-available');
  });

  it('may have 5,120 bytes for calls, and 4,096 otherwise', () => {
    const big = { filler: 'x'.repeat(4_500) };

    expect(build('voip', big).failed).toEqual([]);
    expect(build('voip', { filler: 'x'.repeat(5_000) }).failed).toMatchObject([{ outcome: { reason: 'payload_too_large' } }]);
    expect(build('pushtotalk', big).failed).toMatchObject([{ outcome: { reason: 'payload_too_large' } }]);
  });

  it('keeps headers that the author has set', () => {
    const headers = { 'apns-priority': 5, 'apns-collapse-id': 'call' };

    expect(headersOf(build('voip', { headers }).batches[0]!)).toMatchObject({ 'apns-priority': '5', 'apns-collapse-id': 'call' });
  });
});
