import type { FastifyRequest } from 'fastify';

const loopback = /^(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1|::ffff:127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/;
const localNames = new Set(['localhost', '127.0.0.1', '[::1]']);
const forwarding = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/**
 * Whether a program on this machine calls by itself: a loopback address, no proxy in between, and a local name in `Host`
 * (a web page elsewhere can point a name of its own at 127.0.0.1).
 */
export function isOnThisMachine(request: FastifyRequest): boolean {
  return (
    loopback.test(request.socket.remoteAddress ?? '') &&
    localNames.has((request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase()) &&
    forwarding.every((header) => request.headers[header] === undefined)
  );
}
