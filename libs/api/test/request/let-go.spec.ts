import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { fastify, type FastifyInstance } from 'fastify';
import { letGoOfConnections } from '../../src/request/let-go.ts';

interface Served {
  readonly server: FastifyInstance;
  readonly url: string;
  /** Lets the call to `/slow` be answered. */
  answer(): void;
  readonly arrived: Promise<void>;
  readonly closing: Promise<void>;
}

async function serve(): Promise<Served> {
  const server = fastify();
  const asked = Promise.withResolvers<undefined>();
  const answered = Promise.withResolvers<undefined>();
  const closing = Promise.withResolvers<undefined>();
  letGoOfConnections(server);
  server.addHook('preClose', async () => {
    closing.resolve(undefined);
  });
  server.get('/slow', async () => {
    asked.resolve(undefined);
    await answered.promise;
    return { ok: true };
  });
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  return {
    server,
    url,
    arrived: asked.promise,
    closing: closing.promise,
    answer: () => {
      answered.resolve(undefined);
    },
  };
}

describe('a server that closes', () => {
  it('answers the call in flight and lets its connection go, though the client would keep it', async () => {
    const { server, url, arrived, closing, answer } = await serve();
    const agent = new Agent({ keepAlive: true });
    const call = once(get(`${url}/slow`, { agent }), 'response') as Promise<[IncomingMessage]>;
    await arrived;

    const closed = server.close();
    await closing;
    answer();
    const [response] = await call;
    response.resume();

    expect(response.statusCode).toBe(200);
    expect(response.headers.connection).toBe('close');
    await closed; // jest's own deadline is shorter than the keep-alive time
    agent.destroy();
  });
});
