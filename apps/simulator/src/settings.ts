import { port, whole } from '#libs/service';
import { z } from 'zod';
import { SIMULATED_PROVIDERS } from './simulated-provider.ts';
import { SIMULATORS } from './simulators.ts';

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
  ...providerSettings(),
  SIMULATOR_LATENCY_MS: count(0, 60_000).meta({ description: 'Delay of every answer of a provider, in milliseconds.' }),
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

/** Of all simulated providers, by name. */
function providerSettings(): Readonly<Record<string, z.ZodType>> {
  return Object.assign({}, ...SIMULATED_PROVIDERS.map((provider) => SIMULATORS[provider].settings.shape)) as Record<string, z.ZodType>;
}
