import { port, whole } from '#libs/service';
import { z } from 'zod';
import { defineSimulator, type SimulatorGround } from '../provider-simulator.ts';
import { openApns } from './apns-endpoint.ts';
import { openChannelManagement } from './channel-management.ts';
import { BroadcastChannels } from './channels.ts';
import { ProviderTokens } from './provider-tokens.ts';

const settings = z.object({
  SIMULATOR_APNS_PORT: port.default(0).meta({ description: 'Port of simulated APNs, production; 0 takes a free one.' }),
  SIMULATOR_APNS_SANDBOX_PORT: port.default(0).meta({ description: 'Port of simulated APNs, sandbox; 0 takes a free one.' }),
  SIMULATOR_APNS_CHANNELS_PORT: port
    .default(0)
    .meta({ description: 'Port where broadcast channels of simulated APNs are managed, production; 0 takes a free one.' }),
  SIMULATOR_APNS_SANDBOX_CHANNELS_PORT: port
    .default(0)
    .meta({ description: 'Port where broadcast channels of simulated APNs are managed, sandbox; 0 takes a free one.' }),
  SIMULATOR_APNS_STREAMS: whole(0, 100_000)
    .default(1_000)
    .meta({ description: 'Streams that an APNs connection may have open after its first valid push.' }),
});

/** Apple's two environments. */
export const apnsSimulator = defineSimulator({
  settings,
  open: async (values, ground) => {
    const { world, reachable: host, identity } = ground;
    const tokens = new ProviderTokens(world.accounts, () => {
      world.ledger.summary.of('apns').credentials += 1;
    });
    const channels = new BroadcastChannels();
    const production = await openOne('production', 'SIMULATOR_APNS_PORT', values, ground, tokens, channels);
    const sandbox = await openOne('sandbox', 'SIMULATOR_APNS_SANDBOX_PORT', values, ground, tokens, channels);
    const managed = await openManagement('production', 'SIMULATOR_APNS_CHANNELS_PORT', values, ground, tokens, channels);
    const managedSandbox = await openManagement('sandbox', 'SIMULATOR_APNS_SANDBOX_CHANNELS_PORT', values, ground, tokens, channels);
    const { teamId, keyId, privateKey } = world.accounts.simulated.apns;
    const { ca } = identity;
    return {
      listener: {
        host,
        port: production.port,
        ca,
        sandbox: { host, port: sandbox.port, ca },
        channels: { production: { host, port: managed.port, ca }, sandbox: { host, port: managedSandbox.port, ca } },
      },
      credential: { teamId, keyId, privateKey },
    };
  },
  lines: ({ host, port: production, sandbox, channels }) => [
    ['APNs', `https://${host}:${production}`],
    ['APNs sandbox', `https://${sandbox.host}:${sandbox.port}`],
    ['APNs channels', `https://${host}:${channels.production.port}`],
    ['APNs channels, sandbox', `https://${host}:${channels.sandbox.port}`],
  ],
});

function openOne(
  environment: 'production' | 'sandbox',
  portSetting: 'SIMULATOR_APNS_PORT' | 'SIMULATOR_APNS_SANDBOX_PORT',
  values: z.output<typeof settings>,
  { identity, host, world, keep }: SimulatorGround,
  tokens: ProviderTokens,
  channels: BroadcastChannels,
) {
  const { SIMULATOR_APNS_STREAMS: streams } = values;
  return keep(openApns({ environment, identity, host, port: values[portSetting], portSetting, streams }, world, tokens, channels));
}

function openManagement(
  environment: 'production' | 'sandbox',
  portSetting: 'SIMULATOR_APNS_CHANNELS_PORT' | 'SIMULATOR_APNS_SANDBOX_CHANNELS_PORT',
  values: z.output<typeof settings>,
  { identity, host, world, keep }: SimulatorGround,
  tokens: ProviderTokens,
  channels: BroadcastChannels,
) {
  return keep(openChannelManagement({ environment, identity, host, port: values[portSetting], portSetting }, world, tokens, channels));
}
