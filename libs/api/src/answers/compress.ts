import compress from '@fastify/compress';
import type { FastifyInstance } from 'fastify';

/** Below this many bytes an answer fits into one packet anyway. */
const threshold = 1_024;

/** What is worth it. Live streams and lines are written as they come, and a compressor would hold them back. */
const compressible = /^(?:application\/(?:[\w.+-]+\+)?(?:json|javascript)|text\/(?:html|css|javascript|plain|markdown)|image\/svg\+xml)\b/;

/**
 * Answers of 1 KiB and more are compressed for callers that ask for it (`Accept-Encoding`). Bodies of requests are none of its business.
 * It concerns routes that are added once it has resolved.
 */
export async function compressAnswers(fastify: FastifyInstance): Promise<void> {
  await fastify.register(compress, {
    threshold,
    customTypes: compressible,
    encodings: ['gzip', 'br', 'deflate'],
    globalDecompression: false,
    zlibOptions: { level: 5 },
  });
}
