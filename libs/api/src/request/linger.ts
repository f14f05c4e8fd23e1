import type { FastifyInstance } from 'fastify';
import type { IncomingMessage } from 'node:http';

/** Beyond this the client does not stop by itself. */
const drainAtMostBytes = 64 * 1024 * 1024;
const drainAtMostMs = 5_000;

/**
 * Reads on, and throws away, what a client still sends of a body that was refused: closing while bytes arrive makes the kernel
 * reset the connection, and the client would never see the answer.
 */
export function lingerOnRefusedBodies(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    if (reply.statusCode < 400 || request.raw.complete) {
      done();
      return;
    }
    void drained(request.raw).then(() => {
      done();
    });
  });
}

function drained(request: IncomingMessage): Promise<void> {
  if (request.destroyed || request.readableEnded) return Promise.resolve();
  return new Promise((resolve) => {
    let bytes = 0;
    const timer = setTimeout(stop, drainAtMostMs).unref();
    function count(chunk: Buffer): void {
      bytes += chunk.length;
      if (bytes > drainAtMostBytes) stop();
    }
    function stop(): void {
      clearTimeout(timer);
      request.off('data', count).off('end', stop).off('close', stop);
      resolve();
    }
    request.on('data', count).once('end', stop).once('close', stop).resume();
  });
}
