import type { UninstallTracking } from '#libs/access';
import { isoTime, uuid5 } from '#libs/kernel';
import { UNINSTALL_PROBES } from '#libs/sends';
import type { SendRequest } from '../send/send-request.ts';

/** Whoever was there, or was sent something, since then need not be asked after (R49). */
const quietMs = 24 * 3_600_000;
const hourMs = 3_600_000;
/** What the hour's last page sends, or a provider puts off, may take so much longer; then it is left for the next night. */
const ttlMs = 1.5 * hourMs;
const minutes = 60;
/** So few do not weigh on anybody, and need not be spread. */
const minRate = 60;

/** The night (a date of the zone's calendar) whose hour of probing is now; null: it is not that hour. */
export function nightAt({ hour, timeZone }: Omit<UninstallTracking, 'enabled'>, now: number): string | null {
  const date = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).toPlainDate();
  const begins = date.toPlainDateTime({ hour }).toZonedDateTime(timeZone, { disambiguation: 'compatible' }).epochMilliseconds;
  return now >= begins && now < begins + hourMs ? date.toString() : null;
}

/** One run an app and night, whoever begins it, however often. */
export function probeOfNight(app: string, night: string): string {
  return uuid5(UNINSTALL_PROBES, app, night);
}

/** A silent push to everybody whose device has not been heard from; whoever has no push token or was sent something lately is left out as pages are planned. */
export function probeRequest(night: string | null, now: number): SendRequest {
  const written = { and: [{ lastSeen: { before: isoTime(now - quietMs) } }, { device: 'platform', op: 'ne', value: 'web' }] };
  return {
    target: { kind: 'filter', written },
    message: { silent: true, data: { uninstallProbe: '1' } },
    variables: {},
    options: { purpose: 'marketing', subscription: 'all', collapseId: null, priority: 'low', maxRecipients: null, dryRun: false },
    ttlMs,
    sendAt: null,
    cancelKey: null,
    metadata: night === null ? {} : { night },
  };
}

/** The same, spread over an hour. */
export function spread(request: SendRequest, recipients: number): SendRequest {
  const ratePerMinute = Math.max(minRate, Math.ceil(recipients / minutes));
  return { ...request, options: { ...request.options, ratePerMinute } };
}
