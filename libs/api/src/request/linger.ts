import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { callOf } from './call.ts';

/** How much of a refused body is read and thrown away, and for how long. */
interface Patience {
  readonly bytes: number;
  readonly ms: number;
}

/** A caller that we know may have begun a long upload in good faith. */
const forCallers: Patience = { bytes: 64 * 1024 * 1024, ms: 5_000 };
const forStrangers: Patience = { bytes: 16 * 1024 * 1024, ms: 2_000 };
/** What the two systems' own buffers hold: a client that sends no more is done sending, and sees its answer if nothing is read at all. */
const bufferedBytes = 1_048_576;
/** A client that sends nothing for so long has seen the answer, or waits for it. */
const quietMs = 500;

/**
 * Answers a refused request at once, closes the connection, and meanwhile throws away what the client still sends of its body: closing while
 * bytes arrive makes the kernel reset the connection, and the client would never see the answer.
 */
export function lingerOnRefusedBodies(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (reply.statusCode < 400 || !isStillComing(request)) {
      done();
      return;
    }
    reply.header('connection', 'close');
    if (typeof payload !== 'string') {
      done();
      return;
    }
    request.headers['x-no-compression'] = 'true'; // a compressor would keep the answer until its end
    // The client has the whole answer with its last byte; Node closes the connection only when the stream ends.
    reply.header('content-length', Buffer.byteLength(payload));
    done(null, Readable.from(saidThenDrained(payload, request.raw)));
  });
}

/**
 * What strangers send is not even read at first: reading fills the memory, and most clients leave with the answer. Only who still
 * stands there with a long body gets rid of it.
 */
async function* saidThenDrained(text: string, request: IncomingMessage): AsyncGenerator<string> {
  yield text;
  if (callOf(request)?.principal) return drained(request, forCallers);
  await goneOr(request, quietMs);
  const announced = Number(request.headers['content-length'] ?? Infinity);
  if (announced > bufferedBytes) await drained(request, forStrangers);
}

function goneOr(request: IncomingMessage, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms).unref();
    request.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Whether a body was announced and is not here yet; one that waits for `100 Continue` never comes. */
function isStillComing({ raw, headers }: FastifyRequest): boolean {
  const isAnnounced = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  return isAnnounced && !raw.complete;
}

function drained(request: IncomingMessage, { bytes: maxBytes, ms: maxMs }: Patience): Promise<void> {
  if (request.destroyed || request.readableEnded) return Promise.resolve();
  return new Promise((resolve) => {
    let bytes = 0;
    const end = setTimeout(stop, maxMs).unref();
    const quiet = setTimeout(stop, quietMs).unref();
    function count(chunk: Buffer): void {
      bytes += chunk.length;
      quiet.refresh();
      if (bytes > maxBytes) stop();
    }
    function stop(): void {
      clearTimeout(end);
      clearTimeout(quiet);
      request.off('data', count).off('end', stop).off('close', stop);
      resolve();
    }
    request.on('data', count).once('end', stop).once('close', stop).resume();
  });
}
