// A file of installations, each with a token, attributes and a user of its own, imported by the embedded platform: seconds, lines a second, CPU and memory of its
// process; then the same again with `kill -9` in the middle; then both are exported. `node dist/bench/import.js [lines] [alone,killed] [folder]`, 100,000 unless said; a
// profile of its CPU (V8) goes into the folder.
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { BenchPlatform } from './support/platform.ts';
import { report } from './support/report.ts';

const lines = Number(process.argv[2] ?? 100_000);
const rounds = (process.argv[3] ?? 'alone,killed').split(',');
const profile = process.argv[4];
const partLines = 250_000;
const figures: Record<string, number> = { lines };

interface Job {
  readonly id: string;
  readonly state: string;
  readonly lines: number;
  readonly created: number;
  readonly linesPerSecond: number | null;
}

const platform = await BenchPlatform.start({}, profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]);
try {
  figures['memory at rest, MB'] = platform.usage().peakRssMb;
  if (rounds.includes('alone')) await imported('alone', 'a', false);
  if (rounds.includes('killed')) await imported('with kill -9', 'b', true);
  await exported('export', { what: 'installations' });
  await exported('export as CSV', { what: 'installations', format: 'csv' });
  report('import', figures);
} finally {
  await platform.stop();
}

async function imported(what: string, name: string, isKilled: boolean): Promise<void> {
  const job = await platform.call<Job>('POST', '/imports', { mode: 'create' });
  const uploadAt = performance.now();
  for (let part = 1; (part - 1) * partLines < lines; part += 1) await platform.upload(`/imports/${job.id}/parts/${part}`, file(name, part));
  figures[`${what}: upload, s`] = (performance.now() - uploadAt) / 1_000;
  const before = platform.usage().cpuSeconds;
  const startedAt = performance.now();
  await platform.call('POST', `/imports/${job.id}/start`);
  let done = await platform.call<Job>('GET', `/imports/${job.id}`);
  let mayKill = isKilled;
  while (done.state === 'running') {
    await pause(100);
    done = await platform.call<Job>('GET', `/imports/${job.id}`);
    if (mayKill && done.lines > lines / 2) {
      mayKill = false;
      await platform.killed();
    }
  }
  if (done.state !== 'done' || done.created !== lines) throw new Error(`The import ended ${done.state}, ${done.created} created`);
  figures[`${what}: s`] = (performance.now() - startedAt) / 1_000;
  figures[`${what}: lines a second`] = lines / ((performance.now() - startedAt) / 1_000);
  if (!isKilled) figures[`${what}: CPU of the platform, µs a line`] = ((platform.usage().cpuSeconds - before) / lines) * 1e6;
  figures[`${what}: peak resident memory, MB`] = platform.usage().peakRssMb;
}

async function exported(what: string, body: object): Promise<void> {
  const startedAt = performance.now();
  const { id } = await platform.call<{ id: string }>('POST', '/exports', body);
  while ((await platform.call<{ state: string }>('GET', `/exports/${id}`)).state === 'running') await pause(100);
  figures[`${what}: s for ${rounds.length * lines} installations`] = (performance.now() - startedAt) / 1_000;
  const { bytes } = await platform.download(`/exports/${id}/file`);
  figures[`${what}: MB`] = bytes / 1e6;
  figures[`${what}: peak resident memory, MB`] = platform.usage().peakRssMb;
}

async function* file(name: string, part: number): AsyncGenerator<string> {
  let piece = '';
  for (let index = (part - 1) * partLines; index < Math.min(lines, part * partLines); index += 1) {
    piece += `${JSON.stringify(row(name, index))}\n`;
    if (piece.length < 65_536) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

function row(name: string, index: number): object {
  const hex = createHash('sha256').update(`${name}${index}`).digest('hex');
  const token = index % 2 === 0 ? hex : `${hex.slice(0, 22)}:APA91b${hex}${hex}`;
  return {
    installationId: `${name}-${hex.slice(0, 16)}`,
    externalId: `user-${name}-${index}`,
    platform: index % 2 === 0 ? 'ios' : 'android',
    token,
    locale: index % 3 === 0 ? 'fr-FR' : 'en-GB',
    timeZone: 'Europe/Paris',
    appVersion: '4.2.0',
    tags: ['news', `team_${index % 97}`],
    attributes: { points: index, team: `Team ${index % 97}` },
    user: { attributes: { name: `Kim ${index}` } },
  };
}
