import { port } from '#libs/service';
import { z } from 'zod';
import { defineSimulator } from '../provider-simulator.ts';
import { Http1Listener } from '../wire/http1-listener.ts';
import { packageTokenPath } from './oauth.ts';
import { WnsService } from './wns-service.ts';

const settings = z.object({
  SIMULATOR_WNS_PORT: port.default(0).meta({ description: 'Port of simulated WNS and its token endpoints; 0 takes a free one.' }),
});

/** WNS with Live's and Entra ID's token endpoints on the same port. Requests name the channel's own host. */
export const wnsSimulator = defineSimulator({
  settings,
  open: async ({ SIMULATOR_WNS_PORT }, { world, identity, host, reachable, keep }) => {
    const service = new WnsService(world);
    const opened = await keep(
      Http1Listener.open(
        {
          ...{ provider: 'wns', identity, host, port: SIMULATOR_WNS_PORT, setting: 'SIMULATOR_WNS_PORT' },
          process: (request, caller) => {
            service.receive(request, caller);
          },
        },
        world,
      ),
    );
    const { packageSid, clientSecret } = world.accounts.simulated.wns;
    return {
      // `tokenUrl` stands for https://login.live.com/accesstoken.srf.
      listener: { host: reachable, port: opened.port, ca: identity.ca, tokenUrl: `https://${reachable}:${opened.port}${packageTokenPath}` },
      credential: { packageSid, clientSecret },
    };
  },
  lines: ({ host, port: opened, tokenUrl }) => [['WNS', `https://${host}:${opened} (tokens at ${tokenUrl})`]],
});
