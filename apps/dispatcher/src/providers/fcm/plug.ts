import { ChangeTopic } from './change-topic.ts';
import { definePlug } from '../provider-plug.ts';
import { FcmProtocol } from './fcm-protocol.ts';
import { fcmDoctor } from './doctor.ts';
import { openFirebaseAdmin } from './library-client.ts';
import { fcmSettings } from './settings.ts';

/** providers.md 2.8: total of a message's waits, ms. */
export const FCM_RETRIES_WITHIN_MS = 60 * 60_000;

export const fcmPlug = definePlug({
  name: 'fcm',
  label: 'FCM',
  settings: fcmSettings,
  retryBaseMs: 10_000,
  flow: { restsWhenThrottled: true, avoidsQuarterHours: true, retriesWithinMs: FCM_RETRIES_WITHIN_MS },
  doctor: fcmDoctor,
  protocol: (settings, tokens, clock) => new FcmProtocol(settings, tokens, clock),
  library: openFirebaseAdmin,
  checksWithLibrary: true,
  errands: ({ FCM_TOPICS_URL: url }, way, { installations, clock }) => [new ChangeTopic(url, way, installations, clock)],
});
