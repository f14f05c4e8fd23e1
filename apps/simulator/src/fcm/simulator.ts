import { port, whole } from '#libs/service';
import { z } from 'zod';
import { defineSimulator } from '../provider-simulator.ts';
import { openFcm } from './fcm-endpoint.ts';
import { tokenPath } from './fcm-service.ts';
import { Quota } from './quota.ts';

const count = (fallback: number, most: number) => whole(0, most).default(fallback);

const settings = z.object({
  SIMULATOR_FCM_PORT: port.default(0).meta({ description: 'Port of simulated FCM and its OAuth token endpoint; 0 takes a free one.' }),
  SIMULATOR_FCM_STREAMS: count(100, 100_000).meta({ description: 'Streams that an FCM connection may have open.' }),
  SIMULATOR_FCM_PROJECT_PER_MINUTE: count(600_000, 1e9).meta({ description: 'FCM requests a minute and project; 0 is no limit.' }),
  SIMULATOR_FCM_DEVICE_PER_MINUTE: count(240, 1e6).meta({ description: 'FCM messages a minute and device; 0 is no limit.' }),
  SIMULATOR_FCM_COLLAPSIBLE_BURST: count(20, 1e6).meta({
    description: 'FCM messages with a collapse key that a device takes at once, one more every three minutes; 0 is no limit.',
  }),
});

/** FCM's HTTP v1 API with Google's token endpoint on the same port. */
export const fcmSimulator = defineSimulator({
  settings,
  open: async (values, { world, identity, host, reachable, keep }) => {
    const quota = new Quota(
      world.clock,
      values.SIMULATOR_FCM_PROJECT_PER_MINUTE,
      values.SIMULATOR_FCM_DEVICE_PER_MINUTE,
      values.SIMULATOR_FCM_COLLAPSIBLE_BURST,
    );
    const { SIMULATOR_FCM_PORT, SIMULATOR_FCM_STREAMS: streams } = values;
    const options = { identity, host, port: SIMULATOR_FCM_PORT, portSetting: 'SIMULATOR_FCM_PORT', streams };
    const opened = await keep(openFcm(options, world, quota));
    // `tokenUrl` stands for https://oauth2.googleapis.com/token.
    const tokenUrl = `https://${reachable}:${opened.port}${tokenPath}`;
    const { project_id, client_email, private_key, private_key_id } = world.accounts.simulated.fcm;
    return {
      listener: { host: reachable, port: opened.port, ca: identity.ca, tokenUrl },
      credential: { serviceAccount: { project_id, client_email, private_key, private_key_id, token_uri: tokenUrl } },
    };
  },
  lines: ({ host, port: opened, tokenUrl }) => [['FCM', `https://${host}:${opened} (tokens at ${tokenUrl})`]],
});
