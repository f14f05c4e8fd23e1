import { port } from '#libs/service';
import { z } from 'zod';
import { defineSimulator } from '../provider-simulator.ts';
import { Http1Listener } from '../wire/http1-listener.ts';
import { BaiduService } from './baidu-service.ts';

const settings = z.object({
  SIMULATOR_BAIDU_PORT: port.default(0).meta({ description: 'Port of simulated Baidu Push; 0 takes a free one.' }),
  SIMULATOR_BAIDU_ALTERNATE_PORT: port.default(0).meta({
    description: 'Port of the other host of simulated Baidu Push, which senders ask while the first one is down; 0 takes a free one.',
  }),
});

/** A batch may name ten thousand devices. */
const maxBodyBytes = 1 << 20;

/** Baidu Push at two hosts. */
export const baiduSimulator = defineSimulator({
  settings,
  open: async ({ SIMULATOR_BAIDU_PORT, SIMULATOR_BAIDU_ALTERNATE_PORT }, { world, identity, host, reachable, keep }) => {
    const service = new BaiduService(world);
    const options = { provider: 'baidu', identity, host, process: service.receive.bind(service), maxBodyBytes } as const;
    const first = await keep(Http1Listener.open({ ...options, port: SIMULATOR_BAIDU_PORT, setting: 'SIMULATOR_BAIDU_PORT' }, world));
    const second = await keep(
      Http1Listener.open({ ...options, port: SIMULATOR_BAIDU_ALTERNATE_PORT, setting: 'SIMULATOR_BAIDU_ALTERNATE_PORT' }, world),
    );
    return {
      listener: { host: reachable, port: first.port, ca: identity.ca, alternate: { host: reachable, port: second.port, ca: identity.ca } },
      credential: world.accounts.simulated.baidu,
    };
  },
  lines: ({ host, port: opened, alternate }) => [
    ['Baidu', `https://${host}:${opened}`],
    ['Baidu, other host', `https://${alternate.host}:${alternate.port}`],
  ],
});
