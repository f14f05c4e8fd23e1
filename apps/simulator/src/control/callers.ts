import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';

const localNames = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Keeps web pages out: a page elsewhere can point a name of its own at 127.0.0.1 and would be asked for by that name, and a page of another address on
 * this machine says where it comes from. 403 to every name but `localhost`, `127.0.0.1`, `[::1]` and `hosts`, in `Host` and in a target in absolute form, and to every
 * `Origin` but the port's own; 400 where there are two of either. `/healthz` tells nothing and is asked by the address of a container.
 */
export function admitCallers(server: FastifyInstance, hosts: readonly string[]): void {
  const known = new Set([...localNames, ...hosts].map((host) => host.toLowerCase()));
  server.addHook('onRequest', async (request: FastifyRequest) => {
    const { origin } = request.headers;
    for (const header of ['host', 'origin'])
      if (linesOf(request, header) > 1) throw new Problem(400, 'request_invalid', `The request has more than one ${header}`);
    if (request.routeOptions.url !== '/healthz') for (const host of hostsOf(request)) checkName(host, known);
    if (origin !== undefined && origin.toLowerCase() !== `http://${(request.headers.host ?? '').toLowerCase()}`)
      throw new Problem(403, 'origin_refused', 'The control API is not for web pages of other addresses');
  });
}

function checkName(host: string, known: ReadonlySet<string>): void {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  if (!known.has(name))
    throw new Problem(403, 'host_refused', `The control API is not asked by the name ${JSON.stringify(name.slice(0, 128))}; SIMULATOR_CONTROL_HOSTS lists further ones`); // prettier-ignore
}

/** By what names a request asks: that of its header, and that of `GET http://name/…`, which is the one that counts (RFC 9112 section 3.2.2). */
function hostsOf({ headers, raw: { url = '' } }: FastifyRequest): string[] {
  const target = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(url)?.[1];
  return [headers.host ?? '', ...(target === undefined ? [] : [target])];
}

/** Node keeps the first of several and drops the rest. */
function linesOf({ raw: { rawHeaders } }: FastifyRequest, header: string): number {
  return rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === header).length;
}
