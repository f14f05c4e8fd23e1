import { Allow } from '#libs/api';
import { startHttp, type TestHttp } from '#libs/testing/http';
import { Body, Controller, Put } from '@nestjs/common';
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { z } from 'zod';

const thing = z.strictObject({
  name: z.string(),
  list: z.array(z.int()).exactOptional(),
  words: z.record(z.string(), z.int()).exactOptional(),
});

@Controller('v1/apps/:app/things')
@Allow('server', 'sdk')
class ThingsController {
  @Put(':id')
  put(@Body({ schema: thing }) body: z.output<typeof thing>) {
    return body;
  }
}

interface Told {
  readonly code: string;
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
  readonly more?: number;
}

let http: TestHttp;
let port: number;
let server: string;
let sdk: string;
const sockets: Socket[] = [];

beforeAll(async () => {
  http = await startHttp({ controllers: [ThingsController] });
  await http.keys.app('shop');
  [server, sdk] = [await http.keys.key('shop', 'server'), await http.keys.key('shop', 'sdk')];
  await http.app.listen(0, '127.0.0.1');
  port = (http.app.getHttpServer().address() as AddressInfo).port;
});

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await http.close();
});

/** The row of the attack: a long name over ten thousand halves of characters, 990,000 bytes. */
const longName = `{"${'k'.repeat(900_000)}":[${Array(10_000).fill('"\\ud800"').join()}]}`;

interface Talk {
  readonly socket: Socket;
  said(): string;
  /** Resolves once the server's text holds the words. */
  says(words: string): Promise<void>;
}

async function talk(head: string): Promise<Talk> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  let text = '';
  socket.on('error', () => undefined);
  socket.on('data', (data: Buffer) => {
    text += data.toString();
  });
  await once(socket, 'connect');
  socket.write(head);
  return {
    socket,
    said: () => text,
    says: async (words) => {
      while (!text.includes(words)) {
        if (socket.closed) throw new Error(`closed after ${JSON.stringify(text)}`);
        await Promise.race([once(socket, 'data'), once(socket, 'close')]);
      }
    },
  };
}

const head = (key: string | undefined, headers: readonly string[], path = '/v1/apps/shop/things/1') =>
  [
    `PUT ${path} HTTP/1.1`,
    'Host: here',
    ...(key === undefined ? [] : [`Authorization: Bearer ${key}`]),
    'Content-Type: application/json',
    ...headers,
    '',
    '',
  ].join('\r\n');

describe('a request without a good key', () => {
  it.each([
    ['no key', undefined, '/v1/apps/shop/things/1', 401, 'key_missing'],
    ['a key that nobody made', 'cr_server_nonsense', '/v1/apps/shop/things/1', 401, 'key_invalid'],
    ['a path that nobody has', undefined, '/v1/nothing', 404, 'route_not_found'],
  ])('is answered from its headers, and the connection closed: %s', async (_what, key, path, status, code) => {
    const { socket, says, said } = await talk(head(key, ['Content-Length: 990000'], path));

    await says('}'); // not a byte of the body was sent
    await once(socket, 'close');

    expect(said()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*connection: close[^]*"code":"${code}"`, 'i'));
  });

  it.each([['Content-Length: 8000000'], ['Transfer-Encoding: chunked'], ['Content-Length: 8000000\r\nAccept-Encoding: gzip']])(
    'sees its answer although it is still sending (%s)',
    async (length) => {
      const { socket, says, said } = await talk(head(undefined, [length]));
      const body = length.startsWith('T') ? `7a1200\r\n${' '.repeat(8_000_000)}\r\n0\r\n\r\n` : ' '.repeat(8_000_000);
      socket.write(body);

      await says('"key_missing"');
      await once(socket, 'close');

      expect(said()).toMatch(/^HTTP\/1\.1 401 /);
    },
  );

  it('is not asked for the body that it holds back', async () => {
    const { says, said } = await talk(head(undefined, ['Content-Length: 12', 'Expect: 100-continue']));
    await says('"key_missing"');

    const good = await talk(head(server, ['Content-Length: 12', 'Expect: 100-continue']));
    await good.says('100 Continue');
    good.socket.write('{"name":"n"}');
    await good.says('{"name":"n"}');

    expect(said()).toMatch(/^HTTP\/1\.1 401 /);
    expect(good.said()).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
  });
});

describe('a call whose body comes late', () => {
  it('is still the call of its key', async () => {
    const body = '{"name":"n","newer":1}';
    const { socket, says } = await talk(head(sdk, [`Content-Length: ${body.length}`]));
    socket.write(body.slice(0, 5));
    await http.call('GET', '/v1/openapi.json');
    socket.write(body.slice(5));

    await says('"ignoredFields":["newer"]');
  });
});

describe('an answer to bad input', () => {
  const put = (body: string) => http.call('PUT', '/v1/apps/shop/things/1', { key: server, body });
  const repeated = (item: string, count: number) => Array<string>(count).fill(item).join();

  it.each([
    ['a long name over halves of characters', longName],
    ['a long name over forbidden keys', `{"${'k'.repeat(900_000)}":[${repeated('{"__proto__":1}', 5_000)}]}`],
    [
      'names of a thousand characters above each other',
      `${`{"${'k'.repeat(1_000)}":`.repeat(60)}[${repeated('"\\ud800"', 19_000)}]${'}'.repeat(60)}`,
    ],
    ['a hundred thousand halves of characters', `[${repeated(`[${repeated('"\\ud800"', 10_000)}]`, 10)}]`],
    ['twenty thousand numbers that are none', `{"name":"n","list":[${repeated('"x"', 20_000)}]}`],
    ['a thousand unknown fields', `{${Array.from({ length: 1_000 }, (_, index) => `"${'u'.repeat(900)}${index}":1`).join()}}`],
    [
      'names of a thousand characters',
      `{"name":"n","words":{${Array.from({ length: 900 }, (_, index) => `"${'w'.repeat(1_000)}${index}":"x"`).join()}}}`,
    ],
    ['names full of slashes', `{${Array.from({ length: 900 }, (_, index) => `"${'/~'.repeat(400)}${index}":1`).join()}}`],
  ])('is never longer than 64 KiB or four times the request: %s', async (_what, body) => {
    const answer = await put(body);

    expect(answer.status).toBe(400);
    expect(Buffer.byteLength(answer.text)).toBeLessThanOrEqual(Math.min(65_536, 4 * body.length));
  });

  it('lists a hundred problems and counts the others', async () => {
    const { errors, more } = (await put(`{"name":"n","list":[${repeated('"x"', 10_000)}]}`)).body as Told;

    expect(errors).toHaveLength(100);
    expect(errors?.[99]?.pointer).toBe('/list/99');
    expect(more).toBe(9_900);
  });

  it('to a short request has at most 8 KiB', async () => {
    const answer = await put(`{${Array.from({ length: 250 }, (_, index) => `"${index}":1`).join()}}`);
    const { errors = [], more = 0 } = answer.body as Told;

    expect(Buffer.byteLength(answer.text)).toBeLessThanOrEqual(8_192);
    expect(errors.length).toBeGreaterThan(50);
    expect(errors.length + more).toBe(251);
  });

  it('cuts the names that a caller made up', async () => {
    const { errors } = (await put(`{"name":"n","${'ä'.repeat(400)}":1}`)).body as Told;

    expect(errors).toEqual([{ pointer: `/${'ä'.repeat(159)}…`, message: 'Unknown field' }]);
  });
});
