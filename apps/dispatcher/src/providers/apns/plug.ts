import { definePlug } from '../provider-plug.ts';
import { ApnsProtocol } from './apns-protocol.ts';
import { BroadcastChannels } from './broadcast-channels.ts';
import { apnsDoctor } from './doctor.ts';
import { openNodeApn } from './library-client.ts';
import { apnsSettings } from './settings.ts';

export const apnsPlug = definePlug({
  name: 'apns',
  label: 'APNs',
  settings: apnsSettings,
  retryBaseMs: 900_000,
  doctor: apnsDoctor,
  protocol: (settings, tokens, clock) => new ApnsProtocol(settings, tokens, clock),
  library: openNodeApn,
  errands: (settings, way, { clock }) => [new BroadcastChannels(settings, way, clock)],
});
