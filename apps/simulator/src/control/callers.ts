import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Keeps web pages out: a page elsewhere can point a name of its own at 127.0.0.1 and would be asked for by that name, and a page of another address on
 * this machine says where it comes from. 403 to every `Host` but loopback names and `hosts`, and to every `Origin` but the port's own. `/healthz` tells
 * nothing and is asked by the address of a container.
 */
export function admitCallers(server: FastifyInstance, hosts: readonly string[]): void {
  const others = new Set(hosts.map((host) => host.toLowerCase()));
  server.addHook('onRequest', async ({ headers, routeOptions }: FastifyRequest) => {
    const { host = '', origin } = headers;
    const name = host.replace(/:\d+$/, '').toLowerCase();
    if (routeOptions.url !== '/healthz' && !loopback.test(name) && !others.has(name))
      throw new Problem(403, 'host_refused', `The control API is not asked by the name ${JSON.stringify(name.slice(0, 128))}; SIMULATOR_CONTROL_HOSTS lists further ones`); // prettier-ignore
    if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`)
      throw new Problem(403, 'origin_refused', 'The control API is not for web pages of other addresses');
  });
}
