import { once } from 'node:events';
import { connect, constants, type IncomingHttpHeaders } from 'node:http2';
import { text } from 'node:stream/consumers';
import { alert, newApnsToken, providerToken, push } from './apns-client.ts';
import { assertion, exchange } from './fcm-client.ts';
import { begin, data, firstWord, reset, shut, words } from './raw-client.ts';
import { runningSimulator, type Running } from './running-simulator.ts';

const { NGHTTP2_PROTOCOL_ERROR, NGHTTP2_STREAM_CLOSED } = constants;
const [post, https, path, authority] = [Buffer.from([0x83]), Buffer.from([0x87]), Buffer.from([0x84]), Buffer.from([0x41, 0x01, 0x78])];
/** `POST https:/` with fields of its own, in HPACK that no good client writes. */
const withFields = (...fields: readonly string[]) =>
  Buffer.concat([
    ...[post, https, path],
    ...fields.map((text, at) => Buffer.concat([Buffer.from(at % 2 === 0 ? [0, text.length] : [text.length]), Buffer.from(text, 'latin1')])),
  ]);

describe('the HTTP/2 side of the simulators', () => {
  let running: Running;

  beforeAll(async () => {
    running = await runningSimulator();
  });

  afterAll(() => running.stop());

  it.each<[string, string, ...Buffer[]]>([
    ['ends the connection for a stream with an even number', `GOAWAY ${NGHTTP2_PROTOCOL_ERROR}`, begin(2)],
    ['ends the connection for a stream below one that began', `GOAWAY ${NGHTTP2_PROTOCOL_ERROR}`, begin(5), begin(3)],
    ['resets a request without a path', `RST_STREAM 1 ${NGHTTP2_PROTOCOL_ERROR}`, begin(1, { block: Buffer.concat([post, https]) })],
    ['resets a request without a method', `RST_STREAM 1 ${NGHTTP2_PROTOCOL_ERROR}`, begin(1, { block: Buffer.concat([https, path]) })],
    [
      'resets a request with two methods',
      `RST_STREAM 1 ${NGHTTP2_PROTOCOL_ERROR}`,
      begin(1, { block: Buffer.concat([post, post, https, path]) }),
    ],
    [
      'resets a request whose pseudo-headers come late',
      `RST_STREAM 1 ${NGHTTP2_PROTOCOL_ERROR}`,
      begin(1, { block: Buffer.concat([post, https, Buffer.from([0x90]), path, authority]) }),
    ],
    ['resets a request without a scheme', `RST_STREAM 1 ${NGHTTP2_PROTOCOL_ERROR}`, begin(1, { block: Buffer.concat([post, path]) })],
    [
      'resets a request whose body is shorter than content-length',
      `RST_STREAM 1 ${NGHTTP2_PROTOCOL_ERROR}`,
      begin(1, { block: withFields('content-length', '3') }),
      data(1, Buffer.from('{}'), { isLast: true }),
    ],
    [
      'resets a request whose body is longer than content-length, before its end',
      `RST_STREAM 1 ${NGHTTP2_PROTOCOL_ERROR}`,
      begin(1, { block: withFields('content-length', '1') }),
      data(1, Buffer.from('{}')),
    ],
    [
      'answers a request whose body has its length',
      'answer 1',
      begin(1, { block: withFields('content-length', '2') }),
      data(1, Buffer.from('{')),
      data(1, Buffer.from('}'), { isLast: true }),
    ],
    ['resets a request with headers in its middle', `RST_STREAM 1 ${NGHTTP2_PROTOCOL_ERROR}`, begin(1), begin(1)],
    [
      'resets a request without an authority no more than others',
      'answer 1',
      begin(1, { isLast: true, block: Buffer.concat([post, https, path]) }),
    ],
    [
      'answers a request that ends with trailers',
      'answer 1',
      begin(1),
      begin(1, { isLast: true, block: Buffer.from([0, 1, 0x78, 1, 0x79]) }),
    ],
    [
      'forgets what its client resets',
      'still open',
      begin(1),
      reset(1),
      data(1, Buffer.from('{}'), { isLast: true }),
      begin(1, { isLast: true }),
    ],
  ])('%s', async (_name, expected, ...frames) => {
    expect(await firstWord(running, ...frames)).toBe(expected);
  });

  it.each(['Apns-Id: a', 'connection: close', 'te: gzip', 'transfer-encoding: chunked', 'x-nul: \0', 'x-blank:  a', 'x-blank: a '])(
    'resets a request with %j',
    async (line) => {
      const [, name = '', value = ''] = /^(.*?): (.*)$/s.exec(line) ?? [];
      const request = begin(1, { isLast: true, block: withFields(name, value) });

      expect(await firstWord(running, request)).toBe(`RST_STREAM 1 ${NGHTTP2_PROTOCOL_ERROR}`);
    },
  );

  it('resets a request that goes on after its end', async () => {
    const slow = await runningSimulator({ SIMULATOR_LATENCY_MS: '60000' });

    expect(await firstWord(slow, begin(1, { isLast: true }), data(1, Buffer.from('more')))).toBe(`RST_STREAM 1 ${NGHTTP2_STREAM_CLOSED}`);

    await slow.stop();
  });

  it('counts a stream until its client has let the whole answer come', async () => {
    const narrow = await runningSimulator({ SIMULATOR_FCM_STREAMS: '2' });
    const requests = [1, 3, 5].map((stream) => begin(stream, { isLast: true }));

    expect(await words(narrow, ...requests)).toEqual(['answer 1', 'answer 3', 'answer 5', 'still open']);
    expect(await words(narrow, shut, ...requests)).toEqual(['answer 1', 'answer 3', `GOAWAY ${NGHTTP2_PROTOCOL_ERROR}`]);

    await narrow.stop();
  });

  it('takes a body in parts of any size, and the end with trailers', async () => {
    const session = running.connect('apns');
    const headers = {
      ':method': 'POST',
      ':path': `/3/device/${newApnsToken()}`,
      authorization: await providerToken(running),
      'apns-topic': 'app.demo',
    };
    const stream = session.request(headers, { waitForTrailers: true });
    stream.on('wantTrailers', () => {
      stream.sendTrailers({ 'x-checksum': 'none' });
    });
    for (const byte of alert.slice(0, 20)) {
      stream.write(byte);
      await new Promise(setImmediate);
    }
    stream.end(alert.slice(20));

    const [answer] = (await once(stream, 'response')) as [IncomingHttpHeaders];

    expect(answer[':status']).toBe(200);
    expect(running.simulator.ledger.find({}).at(-1)).toMatchObject({ body: JSON.parse(alert) as object });
  });

  it('says an id of any length that headers may have back', async () => {
    const id = 'x'.repeat(60_000);

    const { status, headers, reason } = await push(running.connect('apns'), {
      authorization: await providerToken(running),
      headers: { 'apns-id': id },
    });

    expect([status, reason, headers['apns-id'] === id]).toEqual([400, 'BadMessageId', true]);
  });

  it('writes an answer as slowly as its client reads, and ends the connection after that only', async () => {
    const { host, port, ca } = running.simulator.listeners.fcm;
    await running.control('PUT', '/faults', { provider: 'fcm', behaviour: 'goaway', afterRequests: 2 });
    const session = connect(`https://${host}:${port}`, { ca, settings: { initialWindowSize: 7 } });
    const ended = once(session, 'close');

    const granted = await exchange(session, await assertion(running));
    const stream = session.request({ ':method': 'POST', ':path': '/nowhere' });
    stream.end();

    expect(granted.access_token).toMatch(/^ya29\./);
    expect(await text(stream)).toMatch(/^<!DOCTYPE html>.*error\./);
    await ended;
    await running.control('DELETE', '/faults');
  });
});
