import type { FastifyInstance } from 'fastify';

const lookEveryMs = 50;

/**
 * Once the server closes, a connection ends with the answer it is waiting for. Node closes only those that are idle at that very moment;
 * a call that is answered later would keep its connection, and the process, for the whole keep-alive time.
 */
export function letGoOfConnections(fastify: FastifyInstance): void {
  let isClosing = false;
  fastify.addHook('preClose', async () => {
    isClosing = true;
    const looks = setInterval(() => {
      fastify.server.closeIdleConnections();
    }, lookEveryMs);
    fastify.server.once('close', () => {
      clearInterval(looks);
    });
  });
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (isClosing) reply.header('connection', 'close');
    done();
  });
}
