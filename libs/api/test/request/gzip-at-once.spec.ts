import { Allow } from '#libs/api';
import { startHttp, type TestHttp } from '#libs/testing/http';
import { Body, Controller, Put } from '@nestjs/common';
import { connect, type AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

@Controller('v1/things')
@Allow('server')
class ThingsController {
  @Put('one')
  put(@Body() body: { name: string }) {
    return { length: body.name.length };
  }
}

let http: TestHttp;

beforeAll(async () => {
  http = await startHttp({ controllers: [ThingsController] });
  await http.app.listen(0, '127.0.0.1');
});

afterAll(() => http.close());

const headOf = (body: Buffer, framing = `content-length: ${body.length}`) =>
  Buffer.from(
    `PUT /v1/things/one HTTP/1.1\r\nhost: t\r\nauthorization: Bearer an admin key for tests\r\nconnection: close\r\n` +
      `content-type: application/json\r\ncontent-encoding: gzip\r\n${framing}\r\n\r\n`,
  );

/** Each part is one write, and the next comes after those before it were taken. */
async function answerTo(...parts: readonly Buffer[]): Promise<string> {
  const socket = connect((http.app.getHttpServer().address() as AddressInfo).port, '127.0.0.1');
  const text = socket.setEncoding('utf8').toArray() as Promise<string[]>;
  for (const part of parts) {
    await new Promise((written) => socket.write(part, written));
    for (let turn = 0; turn < 50; turn += 1) await setImmediate();
  }
  return (await text).join('');
}

const short = gzipSync(JSON.stringify({ name: 'abc' }));
const long = gzipSync(JSON.stringify({ name: 'x'.repeat(50_000) }));
const bomb = gzipSync(Buffer.alloc(20_000_000, 0x20));
const bodies = [
  ['good', short, /^HTTP\/1.1 200 [^]*\{"length":3\}/],
  ['good and long', long, /^HTTP\/1.1 200 [^]*\{"length":50000\}/],
  ['too long once inflated', bomb, /^HTTP\/1.1 413 [^]*body_too_large/],
  ['broken', Buffer.from('{"name":"n"}'), /^HTTP\/1.1 400 [^]*The body is not gzip/],
  ['cut off', short.subarray(0, 15), /^HTTP\/1.1 400 [^]*The body is not gzip/],
] as const;

describe.each(bodies)('a compressed body that is %s', (_what, body, expected) => {
  it('comes with its headers in one write', async () => {
    expect(await answerTo(Buffer.concat([headOf(body), body]))).toMatch(expected);
  });

  it('comes with its headers in one write, chunked', async () => {
    const chunk = Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')]);

    expect(await answerTo(Buffer.concat([headOf(body, 'transfer-encoding: chunked'), chunk]))).toMatch(expected);
  });

  it('comes later, in two pieces', async () => {
    expect(await answerTo(headOf(body), body.subarray(0, 9), body.subarray(9))).toMatch(expected);
  });
});

it('a client that leaves amid its compressed body leaves the others their answers', async () => {
  const socket = connect((http.app.getHttpServer().address() as AddressInfo).port, '127.0.0.1');
  await new Promise((written) => socket.write(Buffer.concat([headOf(long), long.subarray(0, 20)]), written));
  socket.destroy();

  expect(await answerTo(Buffer.concat([headOf(short), short]))).toMatch(/^HTTP\/1.1 200 /);
});
