import { until } from '#libs/testing';
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { HttpAdapter, type HttpLimits } from '../../src/request/http-adapter.ts';

let adapter: HttpAdapter;
const sockets: Socket[] = [];

async function serve(limits: HttpLimits): Promise<void> {
  adapter = new HttpAdapter({ slowClientsEveryMs: 20, ...limits });
  const server = adapter.getInstance();
  server.get('/', async () => ({ ok: true }));
  server.post('/', async () => ({ ok: true }));
  server.get('/endless', async (_request, reply) => reply.send(Readable.from(endless(), { objectMode: false })));
  await server.listen({ port: 0, host: '127.0.0.1' });
}

let isSourceClosed = false;

async function* endless(): AsyncGenerator<string> {
  try {
    for (;;) yield 'x'.repeat(65_536);
  } finally {
    isSourceClosed = true;
  }
}

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await adapter.getInstance().close();
});

async function aClient(): Promise<Socket> {
  const { port } = adapter.getHttpServer().address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

/** Everything that the server says until it closes the connection. */
async function lastWords(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (data: Buffer) => {
    text += data.toString();
  });
  await once(socket, 'close');
  return text;
}

describe('the HTTP server', () => {
  it('lets go of a client whose headers never end', async () => {
    await serve({ headersTimeoutMs: 50, requestTimeoutMs: 10_000 });
    const socket = await aClient();
    socket.write('GET / HTTP/1.1\r\nHost: here\r\nX-Slow: ');

    const said = await lastWords(socket);

    expect(said).toMatch(/^HTTP\/1\.1 408 /);
    expect(said).toContain('"code":"request_timeout"');
  });

  it('lets go of a client whose body never comes', async () => {
    await serve({ headersTimeoutMs: 50, requestTimeoutMs: 100 });
    const socket = await aClient();
    socket.write('POST / HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{"a"');

    expect(await lastWords(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('refuses headers beyond 16 KiB', async () => {
    await serve({});
    const socket = await aClient();
    socket.write(`GET / HTTP/1.1\r\nHost: here\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`);

    const said = await lastWords(socket);

    expect(said).toMatch(/^HTTP\/1\.1 431 /);
    expect(said).toContain('"code":"headers_too_large"');
    const traceId = /^x-trace-id: ([0-9a-f]{32})\r$/im.exec(said)?.[1];
    expect(said).toContain(`"traceId":"${traceId ?? 'none'}"`);
  });

  it('lets go of a client that takes nothing of its answer', async () => {
    await serve({ idleTimeoutMs: 100 });
    const socket = await aClient();
    socket.pause();
    socket.write('GET /endless HTTP/1.1\r\nHost: here\r\n\r\n');

    await until(() => isSourceClosed);
  });

  it('closes connections beyond their limit, and serves those it has', async () => {
    await serve({ connections: 2 });
    const [first] = [await aClient(), await aClient()];
    const third = await aClient();

    expect(await lastWords(third)).toBe('');
    first.write('GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n');
    expect(await lastWords(first)).toMatch(/^HTTP\/1\.1 200 /);
  });
});
