import { isAlive, type AppRepository } from '#libs/access';
import type { EventEnvelope } from '#libs/events';
import { note, unlessStale, type Clock } from '#libs/kernel';
import { setImmediate as breathe } from 'node:timers/promises';
import { Readable, pipeline } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { ActivityLog, ActivityRecord } from '../activity/activity-log.ts';
import { factsOf } from '../activity/ended-messages.ts';
import { shownFact } from '../activity/shown-fact.ts';
import type { FilePlace } from './file-place.ts';
import { FILE_HOUR_MS, fileHourOf, fileNameOf, isOver, type FilesPosition } from './hourly-file.ts';
import type { HourlyFileStore } from './hourly-file.store.ts';

const appsAtOnce = 100;
/** Of each partition; a record may tell of a thousand messages. */
const recordsAtOnce = 16;

/**
 * Puts each hour of each app's facts into a file. Where the hour begins and ends in the log is stored before the file is written, and the position moves once the file
 * is there: a process that dies in between, or writes beside another, writes the same file again.
 */
export class WriteHourlyFiles {
  constructor(
    private readonly store: HourlyFileStore,
    private readonly log: ActivityLog,
    private readonly apps: AppRepository,
    private readonly clock: Clock,
    /** null: nobody wants files. */
    private readonly place: FilePlace | null,
  ) {}

  get kind(): FilePlace['kind'] | null {
    return this.place?.kind ?? null;
  }

  /** All hours that are over, of all apps. What goes wrong with the files of one app holds up no other. Throws DependencyUnavailable. */
  async execute(): Promise<void> {
    if (!this.place) return;
    for (let after: string | undefined; ;) {
      const apps = await this.apps.list(after, appsAtOnce);
      for (const app of apps) {
        await this.#write(this.place, app.id);
      }
      after = apps.at(-1)?.id;
      if (apps.length < appsAtOnce) break;
    }
    await this.#forgetDeleted();
  }

  /** What stands still falls behind all that moves. */
  async #forgetDeleted(): Promise<void> {
    for (let last = await this.store.furthestBehind(); last; last = await this.store.furthestBehind()) {
      if (isAlive(await this.apps.findById(last.app))) return;
      await this.store.remove(last.app);
    }
  }

  async #write(place: FilePlace, app: string): Promise<void> {
    try {
      let position = await this.#positionOf(app);
      while (isOver(position.hour, this.clock.now())) {
        const decided = position.until ? position : await this.#decided(position);
        position = await this.#written(place, decided, decided.until ?? []);
      }
    } catch (error) {
      const { cause = error } = error as Error;
      note('hourly file not written', { app, reason: cause instanceof Error ? cause.message : String(cause) });
    }
  }

  /** Begins with the hour in which files were asked for, or the app came to be. */
  async #positionOf(app: string): Promise<FilesPosition> {
    const known = await this.store.find(app);
    if (known) return known;
    const hour = fileHourOf(this.clock.now());
    const offsets = await this.log.since(app, hour * FILE_HOUR_MS);
    const position = { app, revision: 1, hour, offsets, until: null, last: null };
    await unlessStale(this.store.save(position));
    return (await this.store.find(app)) ?? position;
  }

  async #decided(position: FilesPosition): Promise<FilesPosition> {
    const { app, hour, offsets } = position;
    const ends = await this.log.since(app, (hour + 1) * FILE_HOUR_MS);
    const until = offsets.map((offset, partition) => Math.max(offset, ends[partition] ?? 0));
    return this.#saved({ ...position, until });
  }

  async #written(place: FilePlace, position: FilesPosition, until: readonly number[]): Promise<FilesPosition> {
    const { app, hour } = position;
    const after = { ...position, hour: hour + 1, offsets: until, until: null };
    const pages = this.#pages(app, await this.#kept(position), until);
    const first = await pages.next();
    if (first.done) return this.#saved(after); // nothing happened: there is no file
    const count = { facts: 0 };
    const text = pipeline(Readable.from(linesOf(first.value, pages, count)), createGzip(), () => undefined);
    const name = fileNameOf(app, hour);
    const bytes = await place.put(name, text);
    return this.#saved({ ...after, last: { name, facts: count.facts, bytes, writtenAt: this.clock.now() } });
  }

  async #saved(position: FilesPosition): Promise<FilesPosition> {
    const next = { ...position, revision: position.revision + 1 };
    await this.store.save(next);
    return next;
  }

  /** The records between two places, a page of each partition at a time. */
  async *#pages(app: string, offsets: readonly number[], until: readonly number[]): AsyncGenerator<readonly ActivityRecord[]> {
    for (let from = offsets; from.some((offset, partition) => offset < (until[partition] ?? 0));) {
      const { records, next } = await this.log.read(app, from, recordsAtOnce);
      const some = records.filter(({ partition, offset }) => offset < (until[partition] ?? 0));
      if (some.length > 0) yield some;
      from = next;
    }
  }

  /** Facts that were dropped before they were in a file are missing in it: that is said, and the rest goes on. */
  async #kept({ app, hour, offsets }: FilesPosition): Promise<readonly number[]> {
    const starts = await this.log.starts();
    const kept = offsets.map((offset, partition) => Math.max(offset, starts[partition] ?? 0));
    const isMissing = offsets.some((offset, partition) => offset > 0 && offset < (kept[partition] ?? 0));
    if (isMissing) note('facts dropped before their hourly file', { app, file: fileNameOf(app, hour) });
    return kept;
  }
}

/** Facts as lines of JSON; counts them. */
async function* linesOf(
  first: readonly ActivityRecord[],
  rest: AsyncIterable<readonly ActivityRecord[]>,
  count: { facts: number },
): AsyncGenerator<string> {
  const line = (fact: EventEnvelope) => `${JSON.stringify(shownFact(fact))}\n`;
  const facts = (records: readonly ActivityRecord[]) => records.flatMap(({ value }) => [...factsOf(JSON.parse(value) as EventEnvelope)]);
  const told = facts(first);
  count.facts += told.length;
  yield told.map(line).join('');
  for await (const records of rest) {
    const some = facts(records);
    count.facts += some.length;
    yield some.map(line).join('');
    await breathe();
  }
}
