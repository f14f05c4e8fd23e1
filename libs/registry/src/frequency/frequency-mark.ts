import { parseDuration, type FrequencyCap } from '#libs/kernel';

/** A send that counts for a person, or for a device, by frequency caps: written before it is planned, and never wrong in saying that it may have been. */
export interface FrequencyMark {
  readonly send: string;
  /** When it goes out, as it was planned, ms. */
  readonly at: number;
  /** No cap looks at it from then on, ms. */
  readonly until: number;
  /** Of the caps that it was counted for. */
  readonly labels: readonly string[];
  /** The devices that it goes to. What became of it there stands in its pages and results, and nowhere else. */
  readonly installations: readonly string[];
}

/** All that counts for one person or device. */
export interface FrequencyRecord {
  readonly key: string;
  /** Of what is stored; none yet where it is negative. Begins anywhere, so that a record in the place of one that is gone is never taken for it. */
  readonly revision: number;
  /** Oldest first. */
  readonly marks: readonly FrequencyMark[];
  /** The record of the person that this one turned out to be: it counts there from now on. */
  readonly movedTo?: string;
}

/** A send that may be kept back. */
export interface CappedSend {
  readonly send: string;
  readonly at: number;
  readonly installation: string;
}

/** Which cap keeps it back, and when that would be over, ms. */
export interface CapVerdict {
  readonly cap: FrequencyCap;
  readonly until: number;
}

/** Marks of one record; a cap has at most a hundred, so that more are those of sends that no cap keeps back. */
const maxMarks = 500;
const firstRevisions = 2 ** 40;

export function personKey(app: string, userId: string): string {
  return `${app}:u:${userId}`;
}

export function deviceKey(app: string, installationId: string): string {
  return `${app}:i:${installationId}`;
}

/** A record that is not stored yet: the first save stores its next revision. `random` is in [0, 1). */
export function newRecord(key: string, random: number): FrequencyRecord {
  return { key, revision: -1 - Math.floor(random * firstRevisions), marks: [] };
}

/** Whether the save that stores this record is its first; then nothing may be there. */
export function isFirst({ revision }: FrequencyRecord): boolean {
  return revision < 0;
}

/** The revision that a save of the record stores. */
export function nextRevision({ revision }: FrequencyRecord): number {
  return Math.abs(revision) + 1;
}

/**
 * The first of the caps that a send would break, for whom they are all of one kind: some stretch of `per` around it would have more than `max`. Null: none.
 * A send that is marked already has its place. Pure.
 */
export function brokenCap(marks: readonly FrequencyMark[], { send, at }: CappedSend, caps: readonly FrequencyCap[]): CapVerdict | null {
  if (marks.length === 0 || marks.some((mark) => mark.send === send)) return null;
  for (const cap of caps) {
    const until = capUntil(marks, cap, at);
    if (until !== null) return { cap, until };
  }
  return null;
}

/** Null where there is room. */
function capUntil(marks: readonly FrequencyMark[], cap: FrequencyCap, at: number): number | null {
  const per = perMs(cap);
  const times: number[] = [];
  for (const mark of marks) if (countsFor(cap, mark) && mark.at > at - per) times.push(mark.at);
  if (times.length < cap.max) return null;
  times.sort((a, b) => a - b);
  if (isRoom(times, cap.max, per, at)) return null;
  return times.map((time) => time + per).find((later) => later > at && isRoom(times, cap.max, per, later)) ?? at + per;
}

/** Whether no stretch of `per` with `at` in it has `max` of the times, which are in order: what quiet hours hold lies after it. */
function isRoom(times: readonly number[], max: number, per: number, at: number): boolean {
  for (let first = 0; first + max <= times.length; first += 1) {
    const from = Math.min(times[first] ?? at, at);
    const to = Math.max(times[first + max - 1] ?? at, at);
    if (to - from < per) return false;
  }
  return true;
}

function countsFor({ label }: FrequencyCap, { labels }: FrequencyMark): boolean {
  return label === '*' || labels.includes(label);
}

function perMs({ per }: FrequencyCap): number {
  return parseDuration(per) ?? 0;
}

/** The marks with one more in them, or with the device in the one that the send has; without those that are over at `now`. */
export function marked(
  marks: readonly FrequencyMark[],
  { send, at, installation }: CappedSend,
  caps: readonly FrequencyCap[],
  now: number,
): readonly FrequencyMark[] {
  const until = at + Math.max(...caps.map(perMs));
  const own = marks.find((mark) => mark.send === send);
  const labels = [...new Set([...(own?.labels ?? []), ...caps.map(({ label }) => label)])];
  if (own?.installations.includes(installation) && own.at >= at) return marks;
  const installations = own ? [...new Set([...own.installations, installation])] : [installation];
  const mark = { send, at: Math.max(at, own?.at ?? 0), until: Math.max(until, own?.until ?? 0), labels, installations };
  return [...marks.filter((other) => other !== own && other.until > now), mark].slice(-maxMarks);
}

/** The marks of both, each send once. */
export function joinedMarks(marks: readonly FrequencyMark[], others: readonly FrequencyMark[]): readonly FrequencyMark[] {
  const bySend = new Map(marks.map((mark) => [mark.send, mark]));
  for (const other of others) {
    const own = bySend.get(other.send);
    const joined = own && {
      ...own,
      at: Math.max(own.at, other.at),
      until: Math.max(own.until, other.until),
      labels: [...new Set([...own.labels, ...other.labels])],
      installations: [...new Set([...own.installations, ...other.installations])],
    };
    bySend.set(other.send, joined ?? other);
  }
  return [...bySend.values()].sort((a, b) => a.at - b.at).slice(-maxMarks);
}

/** When a record is of no use any more, ms. */
export function expiryOf({ marks }: FrequencyRecord): number {
  return marks.reduce((latest, { until }) => Math.max(latest, until), 0);
}

type PackedMark = readonly [
  send: string,
  at: number,
  until: number,
  labels: FrequencyMark['labels'],
  installations: FrequencyMark['installations'],
];

export function packMarks(marks: readonly FrequencyMark[]): string {
  return JSON.stringify(marks.map(({ send, at, until, labels, installations }): PackedMark => [send, at, until, labels, installations]));
}

export function unpackMarks(text: string): readonly FrequencyMark[] {
  return (JSON.parse(text) as PackedMark[]).map(([send, at, until, labels, installations]) => ({ send, at, until, labels, installations }));
}
