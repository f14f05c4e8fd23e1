import { port } from '#libs/service';
import { z } from 'zod';
import { defineSimulator } from '../provider-simulator.ts';
import { Http1Listener } from '../wire/http1-listener.ts';
import { WebPushService } from './webpush-service.ts';

const settings = z.object({
  SIMULATOR_WEBPUSH_PORT: port.default(0).meta({ description: 'Port of the simulated push services of browsers; 0 takes a free one.' }),
});

/** The push services of all browsers on one port: a request says in `host` which of them it means. */
export const webPushSimulator = defineSimulator({
  settings,
  open: async ({ SIMULATOR_WEBPUSH_PORT }, { world, identity, host, reachable, keep }) => {
    const service = new WebPushService(world);
    const listening = { identity, host, port: SIMULATOR_WEBPUSH_PORT, setting: 'SIMULATOR_WEBPUSH_PORT', provider: 'webpush' } as const;
    const opened = await keep(
      Http1Listener.open(
        {
          ...listening,
          process: (request, caller) => {
            service.receive(request, caller);
          },
        },
        world,
      ),
    );
    const { publicKey, privateKey, subject } = world.accounts.simulated.webpush;
    return { listener: { host: reachable, port: opened.port, ca: identity.ca }, credential: { publicKey, privateKey, subject } };
  },
  lines: ({ host, port: opened }) => [['Web Push', `https://${host}:${opened}`]],
});
