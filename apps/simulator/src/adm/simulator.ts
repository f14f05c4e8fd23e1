import { port } from '#libs/service';
import { z } from 'zod';
import { defineSimulator } from '../provider-simulator.ts';
import { Http1Listener } from '../wire/http1-listener.ts';
import { AdmService } from './adm-service.ts';
import { admTokenPath } from './oauth.ts';

const settings = z.object({
  SIMULATOR_ADM_PORT: port.default(0).meta({ description: 'Port of simulated ADM and its token endpoint; 0 takes a free one.' }),
});

/** ADM with Login with Amazon on the same port. */
export const admSimulator = defineSimulator({
  settings,
  open: async ({ SIMULATOR_ADM_PORT }, { world, identity, host, reachable, keep }) => {
    const service = new AdmService(world);
    const opened = await keep(
      Http1Listener.open(
        {
          ...{ provider: 'adm', identity, host, port: SIMULATOR_ADM_PORT, setting: 'SIMULATOR_ADM_PORT' },
          process: (request, caller) => {
            service.receive(request, caller);
          },
        },
        world,
      ),
    );
    return {
      // `tokenUrl` stands for https://api.amazon.com/auth/O2/token.
      listener: { host: reachable, port: opened.port, ca: identity.ca, tokenUrl: `https://${reachable}:${opened.port}${admTokenPath}` },
      credential: world.accounts.simulated.adm,
    };
  },
  lines: ({ host, port: opened, tokenUrl }) => [['ADM', `https://${host}:${opened} (tokens at ${tokenUrl})`]],
});
