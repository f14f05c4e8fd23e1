import { definePlug } from '../provider-plug.ts';
import { wnsDoctor } from './doctor.ts';
import { wnsSettings } from './settings.ts';
import { WnsProtocol } from './wns-protocol.ts';

export const wnsPlug = definePlug({
  name: 'wns',
  label: 'WNS',
  settings: wnsSettings,
  retryBaseMs: 10_000,
  doctor: wnsDoctor,
  protocol: (settings, tokens, clock) => new WnsProtocol(settings, tokens, clock),
});
