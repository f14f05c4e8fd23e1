import { definePlug } from '../provider-plug.ts';
import { webPushDoctor } from './doctor.ts';
import { webPushSettings } from './settings.ts';
import { WebPushProtocol } from './webpush-protocol.ts';

export const webPushPlug = definePlug({
  name: 'webpush',
  label: 'a push service of browsers',
  settings: webPushSettings,
  retryBaseMs: 10_000,
  doctor: webPushDoctor,
  protocol: (settings, _tokens, clock) => new WebPushProtocol(settings, clock),
});
