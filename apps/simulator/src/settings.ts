import { port, whole } from '#libs/service';
import { z } from 'zod';

const count = (fallback: number, most: number) => whole(0, most).default(fallback);

export const settings = z.object({
  CARILLON_DATA: z.string().min(1).default('./data').meta({ description: 'Folder for everything that is kept.' }),
  SIMULATOR_DATA: z.string().min(1).optional().meta({
    description: 'The simulators keep their test CA and simulated accounts in the folder `simulator` in here; CARILLON_DATA unless set.',
  }),
  SIMULATOR: z.string().default('embedded').meta({ description: '`external:URL` leaves the simulators of this process out.' }),
  SIMULATOR_HOST: z.string().min(1).default('127.0.0.1').meta({ description: 'Address that the simulated providers listen on.' }),
  SIMULATOR_ADVERTISED_HOST: z.hostname().optional().meta({
    description:
      'Name by which other machines reach the simulators: `GET /listeners` tells it, the certificate names it, and `GET /accounts` answers others than this machine. For networks of your own only.',
  }),
  SIMULATOR_CONTROL_HOST: z.string().min(1).default('127.0.0.1').meta({ description: 'Address of the control API.' }),
  SIMULATOR_CONTROL_HOSTS: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    )
    .meta({
      description:
        'Names, with commas in between, by which the control API may be asked beside those of loopback: all others in `Host` are refused, as web pages can make them up.',
    }),
  SIMULATOR_CONTROL_PORT: port.default(8090).meta({ description: 'Port of the control API; 0 takes a free one.' }),
  SIMULATOR_APNS_PORT: port.default(0).meta({ description: 'Port of simulated APNs, production; 0 takes a free one.' }),
  SIMULATOR_APNS_SANDBOX_PORT: port.default(0).meta({ description: 'Port of simulated APNs, sandbox; 0 takes a free one.' }),
  SIMULATOR_FCM_PORT: port.default(0).meta({ description: 'Port of simulated FCM and its OAuth token endpoint; 0 takes a free one.' }),
  SIMULATOR_LATENCY_MS: count(0, 60_000).meta({ description: 'Delay of every answer of a provider, in milliseconds.' }),
  SIMULATOR_APNS_STREAMS: count(1_000, 100_000).meta({
    description: 'Streams that an APNs connection may have open after its first valid push.',
  }),
  SIMULATOR_FCM_STREAMS: count(100, 100_000).meta({ description: 'Streams that an FCM connection may have open.' }),
  SIMULATOR_FCM_PROJECT_PER_MINUTE: count(600_000, 1e9).meta({ description: 'FCM requests a minute and project; 0 is no limit.' }),
  SIMULATOR_FCM_DEVICE_PER_MINUTE: count(240, 1e6).meta({ description: 'FCM messages a minute and device; 0 is no limit.' }),
  SIMULATOR_FCM_COLLAPSIBLE_BURST: count(20, 1e6).meta({
    description: 'FCM messages with a collapse key that a device takes at once, one more every three minutes; 0 is no limit.',
  }),
  SIMULATOR_LEDGER_RECORDS: count(200_000, 10_000_000).meta({
    description: 'Accepted requests that the record keeps whole; the newest stay.',
  }),
  CARILLON_URL: z.url().optional().meta({
    description:
      'The platform that `POST /devices` registers simulated devices with; the one that the simulators run in unless set. Simulators that run alone register none without it.',
  }),
  CARILLON_ADMIN_KEY: z.string().min(16).optional().meta({ description: 'The admin key for that platform.' }),
});

export type SimulatorSettings = z.output<typeof settings>;
