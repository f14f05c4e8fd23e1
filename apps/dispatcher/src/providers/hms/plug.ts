import { definePlug } from '../provider-plug.ts';
import { HmsProtocol } from './hms-protocol.ts';
import { hmsDoctor } from './doctor.ts';
import { hmsSettings } from './settings.ts';

export const hmsPlug = definePlug({
  name: 'hms',
  label: 'Huawei Push Kit',
  settings: hmsSettings,
  retryBaseMs: 10_000,
  doctor: hmsDoctor,
  protocol: (settings, tokens, clock) => new HmsProtocol(settings, tokens, clock),
});
