import { definePlug } from '../provider-plug.ts';
import { admDoctor } from './doctor.ts';
import { AdmProtocol } from './adm-protocol.ts';
import { admSettings } from './settings.ts';

export const admPlug = definePlug({
  name: 'adm',
  label: 'ADM',
  settings: admSettings,
  retryBaseMs: 10_000,
  doctor: admDoctor,
  protocol: (settings, tokens, clock) => new AdmProtocol(settings, tokens, clock),
});
