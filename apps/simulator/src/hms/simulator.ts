import { port } from '#libs/service';
import { z } from 'zod';
import { defineSimulator } from '../provider-simulator.ts';
import { Http1Listener } from '../wire/http1-listener.ts';
import { HmsService, tokenPath } from './hms-service.ts';

const settings = z.object({
  SIMULATOR_HMS_PORT: port
    .default(0)
    .meta({ description: 'Port of simulated Huawei Push Kit and its token endpoint; 0 takes a free one.' }),
});

/** A request may name a thousand tokens. */
const maxBodyBytes = 1 << 20;

/** Huawei's Push Kit v1 with its token endpoint on the same port. */
export const hmsSimulator = defineSimulator({
  settings,
  open: async ({ SIMULATOR_HMS_PORT }, { world, identity, host, reachable, keep }) => {
    const service = new HmsService(world);
    const options = { provider: 'hms', identity, host, port: SIMULATOR_HMS_PORT, setting: 'SIMULATOR_HMS_PORT', maxBodyBytes } as const;
    const opened = await keep(Http1Listener.open({ ...options, process: service.receive.bind(service) }, world));
    // `tokenUrl` stands for https://oauth-login.cloud.huawei.com/oauth2/v3/token.
    const tokenUrl = `https://${reachable}:${opened.port}${tokenPath}`;
    return {
      listener: { host: reachable, port: opened.port, ca: identity.ca, tokenUrl },
      credential: world.accounts.simulated.hms,
    };
  },
  lines: ({ host, port: opened, tokenUrl }) => [['HMS', `https://${host}:${opened} (tokens at ${tokenUrl})`]],
});
