/** Places where a test can let the process end: before and after each write that the protocols rest on. */
export const CRASH_POINTS = [
  'store.commit.before', 'store.commit.after', 'log.progress.before', 'log.progress.after',
  'outbox.publish.before', 'outbox.publish.after', 'outbox.clear.after',
  'send.create.before', 'send.create.after', 'caps.mark.before', 'caps.mark.after', 'p1.page.before', 'p1.page.after', 'p1.slice.before', 'p1.slice.after',
  'p2.claim.before', 'p2.claim.after', 'p2.intend.before', 'p2.intend.after', 'p2.send.before', 'p2.send.after',
  'p2.record.before', 'p2.record.after', 'p2.park.before', 'p2.park.after', 'p2.due.before', 'p2.due.after',
  'p3.claim.before', 'p3.claim.after', 'p3.unset.before', 'p3.unset.after', 'p3.set.before', 'p3.set.after',
  'p4.user.before', 'p4.user.after', 'p4.installation.before', 'p4.installation.after',
  'p4.copy.before', 'p4.copy.after',
  'feedback.merge.before', 'feedback.merge.after', 'feedback.purge.before', 'feedback.purge.after', 'feedback.findings.after',
  'campaign.done.before', 'campaign.done.after',
  'import.commit.before', 'import.users.after', 'import.installations.after', 'import.commit.after',
] as const; // prettier-ignore

export type CrashPoint = (typeof CRASH_POINTS)[number];

/** A point, and the how-manyeth passage through it ends the process. */
export interface CrashOrder {
  readonly point: CrashPoint;
  readonly passage: number;
}

let order: CrashOrder | undefined;
let passages = 0;

/** From now on the process ends, as by `kill -9`, where the order says. Only tests of crashes call this. */
export function armCrashPoint(wanted: CrashOrder): void {
  order = wanted;
  passages = 0;
}

/** The order in a text `point` or `point:n`; undefined where it is none. */
export function crashOrderOf(text: string): CrashOrder | undefined {
  const [name, times = '1', ...rest] = text.split(':');
  const point = CRASH_POINTS.find((known) => known === name);
  const passage = Number(times);
  return point !== undefined && rest.length === 0 && Number.isInteger(passage) && passage > 0 ? { point, passage } : undefined;
}

/** Nothing, unless a test has armed this very point. */
export function crashPoint(point: CrashPoint): void {
  if (order?.point !== point) return;
  passages += 1;
  if (passages === order.passage) process.kill(process.pid, 'SIGKILL');
}
