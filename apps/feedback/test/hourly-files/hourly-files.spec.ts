import { AppRepository, auditLineOf } from '#libs/access';
import { eventOf, messagesEndedV1, sendFinishedV1, type DomainEvent } from '#libs/events';
import { EventPublisher } from '#libs/messaging';
import { EventParts, eventMigrations, startHttp, type TestHttp } from '#libs/testing/http';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { feedback } from '../../src/feedback.module.ts';
import { ActivityLog } from '../../src/activity/activity-log.ts';
import { FolderPlace, type FilePlace } from '../../src/hourly-files/file-place.ts';
import { S3Place } from '../../src/hourly-files/s3-file-place.ts';
import { behindMs, fileNameOf } from '../../src/hourly-files/hourly-file.ts';
import { HourlyFileStore } from '../../src/hourly-files/hourly-file.store.ts';
import { WriteHourlyFiles } from '../../src/hourly-files/write-hourly-files.ts';
import { S3Bucket, bucketKeys } from './s3-bucket.ts';

const hour = 3_600_000;
const counts = { targeted: 1, suppressed: 0, accepted: 1, failed: 0, possibleDuplicates: 0 };
let folder: string;
let http: TestHttp;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hourly-files-'));
  const settings = feedback.settings.parse({ ACTIVITY_FILES: folder });
  http = await startHttp({ imports: [EventParts.embedded(), feedback.module(settings, 'embedded')], migrations: eventMigrations });
  await http.keys.app('shop');
  http.clock.advance(Math.ceil(http.clock.now() / hour) * hour - http.clock.now());
});
afterEach(async () => {
  await http.close();
  rmSync(folder, { recursive: true });
});

const tell = async (...events: DomainEvent[]) => http.app.get(EventPublisher).publish(events);
const finished = (n: number, app = 'shop') =>
  eventOf(
    sendFinishedV1,
    { app, sendId: `send-${n}`, state: 'done', counts },
    { id: `finished ${n}`, source: 'test', at: http.clock.now() },
  );

function ended(messages: number): DomainEvent {
  const installationIds = Array.from({ length: messages }, (_, n) => `phone-${n}`);
  const ends = [{ end: 'accepted' as const, outcome: 'accepted', reason: null, provider: 'apns', installationIds }];
  return eventOf(messagesEndedV1, { app: 'shop', sendId: 'ended', ends }, { source: 'test', at: http.clock.now() });
}

function writerTo(place: FilePlace): WriteHourlyFiles {
  return new WriteHourlyFiles(
    http.app.get(HourlyFileStore),
    http.app.get(ActivityLog),
    http.app.get(AppRepository, { strict: false }),
    http.clock,
    place,
  );
}

const round = async (writer = http.app.get(WriteHourlyFiles)) => writer.execute();
const filesIn = (path: string) => readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
const namesIn = (path: string) =>
  filesIn(path)
    .map(({ parentPath, name }) => join(parentPath, name).slice(path.length + 1))
    .toSorted();
const factsOfBytes = (bytes: Buffer) =>
  gunzipSync(bytes)
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; specversion: string });
const idsOf = (name: string) => factsOfBytes(readFileSync(join(folder, name))).map(({ id }) => id);

async function shown(): Promise<Record<string, unknown>> {
  const { body } = await http.call('GET', '/v1/apps/shop/activity/files', { key: await http.keys.key('shop', 'server') });
  return body as Record<string, unknown>;
}

describe('Hourly files', () => {
  it('have the facts of their hour, each once, in UTC, those of a batch one by one, and none of another app', async () => {
    await round();
    const first = Math.floor(http.clock.now() / hour);
    await tell(finished(1), ended(600), finished(9, 'other'));
    http.clock.advance(hour - 1);
    await tell(finished(2));
    http.clock.advance(1);
    await tell(finished(3));
    await round();
    expect(namesIn(folder)).toEqual([]); // what was on its way may still come
    http.clock.advance(60_000);
    await round();
    http.clock.advance(hour);
    await round();

    const [one, two] = [fileNameOf('shop', first), fileNameOf('shop', first + 1)];
    expect(namesIn(folder)).toEqual([one, two]);
    expect(one).toMatch(/^shop\/\d{4}\/\d\d\/\d\d\/\d\d\.ndjson\.gz$/);
    expect(new Set(idsOf(one)).size).toBe(602);
    expect(idsOf(one)).toEqual(expect.arrayContaining(['finished 1', 'finished 2']));
    expect(idsOf(two)).toEqual(['finished 3']);
    expect(await shown()).toMatchObject({ place: 'folder', behindSeconds: 0, last: { name: two, facts: 1 } });
  });

  it('are none of an hour in which nothing happened, and what comes late is in the hour in which it came', async () => {
    await round();
    const first = Math.floor(http.clock.now() / hour);
    const late = finished(1);
    http.clock.advance(3 * hour + 60_000);
    await round();
    expect(namesIn(folder)).toEqual([]);
    expect(await shown()).toMatchObject({ last: null, behindSeconds: 0, writtenUntil: new Date((first + 3) * hour).toISOString() });
    await tell(late);
    http.clock.advance(hour);
    await round();

    expect(namesIn(folder)).toEqual([fileNameOf('shop', first + 3)]);
  });

  it('are the same when a process dies while it writes one, whatever happened since', async () => {
    await round();
    const name = fileNameOf('shop', Math.floor(http.clock.now() / hour));
    await tell(finished(1), finished(2));
    http.clock.advance(hour + 60_000);
    const dies = new (class extends FolderPlace {
      override async put(at: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
        await super.put(at, bytes);
        throw new Error('died');
      }
    })(folder);
    await round(writerTo(dies));
    const before = readFileSync(join(folder, name));
    expect(await shown()).toMatchObject({ last: null, behindSeconds: 60 });
    await tell(finished(3));
    await round();
    http.clock.advance(hour);
    await round();

    expect(readFileSync(join(folder, name)).equals(before)).toBe(true);
    expect(idsOf(name).toSorted()).toEqual(['finished 1', 'finished 2']);
    expect(namesIn(folder)).toHaveLength(2);
  });

  it('that cannot be written are late, and hold up no other app', async () => {
    await http.keys.app('bank');
    await round();
    await tell(finished(1), finished(2, 'bank'));
    http.clock.advance(5 * hour);
    const full = new (class extends FolderPlace {
      override async put(name: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
        if (name.startsWith('shop')) throw new Error('no room');
        return super.put(name, bytes);
      }
    })(folder);
    await round(writerTo(full));

    expect(namesIn(folder).map((name) => name.split('/')[0])).toEqual(['bank']);
    expect(await shown()).toMatchObject({ behindSeconds: (4 * hour) / 1_000 });
    expect(behindMs((await http.app.get(HourlyFileStore).furthestBehind()) ?? { hour: Infinity }, http.clock.now())).toBe(4 * hour);
    await round();
    expect(await shown()).toMatchObject({ behindSeconds: 0, last: { facts: 1 } });
  });

  it('of an app that is deleted end, and are not late for ever', async () => {
    await round();
    const apps = http.app.get(AppRepository, { strict: false });
    const app = (await apps.findById('shop'))!;
    const deleted = { ...app, revision: app.revision + 1, deletedAt: http.clock.now() };
    const by = { kind: 'admin', keyId: 'test' } as const;
    await apps.save(deleted, auditLineOf({ app: 'shop', by, action: 'app.deleted', target: 'shop', revision: deleted.revision }, 0));
    http.clock.advance(5 * hour);
    await round();

    expect(await http.app.get(HourlyFileStore).furthestBehind()).toBeUndefined();
  });

  it('go into a bucket with a signature that S3 takes, and again after it refused', async () => {
    const bucket = new S3Bucket();
    try {
      const endpoint = await bucket.listen();
      const writer = writerTo(new S3Place({ ...bucketKeys, endpoint, prefix: 'carillon/live' }));
      await round(writer);
      const first = Math.floor(http.clock.now() / hour);
      await tell(finished(1), ended(600));
      http.clock.advance(hour + 60_000);
      bucket.faults.push(503, 301);
      for (let n = 0; n < 3; n += 1) await round(writer);

      expect([...bucket.objects.keys()]).toEqual([`/facts/carillon/live/${fileNameOf('shop', first)}`]);
      expect([...bucket.objects.values()].map((bytes) => factsOfBytes(bytes).length)).toEqual([601]);
      const forged = writerTo(new S3Place({ ...bucketKeys, secretAccessKey: 'wrong', endpoint, prefix: '' }));
      await tell(finished(2));
      http.clock.advance(hour);
      await round(forged);
      expect(bucket.objects.size).toBe(1);
      expect(await shown()).toMatchObject({ behindSeconds: 60 });
    } finally {
      await bucket.close();
    }
  });

  it('are asked for by settings that name a folder, or a bucket with its keys', () => {
    const problemOf = (settings: Record<string, string>) => {
      const parsed = feedback.settings.safeParse(settings);
      if (!parsed.success) return parsed.error.issues.map(({ message }) => message).join();
      try {
        feedback.module(parsed.data, 'embedded');
        return null;
      } catch (error) {
        return (error as Error).message;
      }
    };

    expect(problemOf({ ACTIVITY_FILES: 'relative' })).toBe('must be an absolute path, or s3://bucket/prefix');
    expect(problemOf({ ACTIVITY_FILES: 's3://B' })).toBe('must be an absolute path, or s3://bucket/prefix');
    expect(problemOf({ ACTIVITY_FILES: 's3://facts/live' })).toContain(
      'ACTIVITY_FILES_SECRET_ACCESS_KEY (feedback): is needed for a bucket',
    );
    expect(
      problemOf({ ACTIVITY_FILES: 's3://facts/live', ACTIVITY_FILES_ACCESS_KEY_ID: 'a', ACTIVITY_FILES_SECRET_ACCESS_KEY: 'b' }),
    ).toBeNull();
  });
});
