import {
  parseTagExpression,
  shownOf,
  userTable,
  type ExportJob,
  type ExportRepository,
  type Installation,
  type InstallationRepository,
  type UserRepository,
} from '#libs/registry';
import { installationRecordOf, ledgerRecordOf } from '#libs/registry-http';
import { setImmediate } from 'node:timers/promises';

type Row = Readonly<Record<string, unknown>>;

const step = 500;
const scanStep = 5_000;

/** What exports read from. */
export interface ExportSources {
  readonly exports: ExportRepository;
  readonly installations: InstallationRepository;
  readonly users: UserRepository;
}

/** What an export holds, one row after the other; memory is that of a few hundred of them. */
export async function* exportRows(job: ExportJob, { exports, installations, users }: ExportSources): AsyncGenerator<Row> {
  if (job.what === 'users') yield* userRows(job, users);
  else if (job.what === 'ledger') for await (const line of exports.ledger(job.app)) yield ledgerRecordOf(line);
  else yield* installationRows(job, installations);
}

async function* userRows({ app }: ExportJob, users: UserRepository): AsyncGenerator<Row> {
  for (let after = ''; ;) {
    const found = await users.pageOf(app, after, step);
    for (const user of found) {
      if (user.mergedInto === null) yield { ...shownOf(userTable, user), createdAt: textOf(user.createdAt), revision: user.revision };
    }
    if (found.length < step) return;
    after = found.at(-1)?.userId ?? '';
    await setImmediate();
  }
}

async function* installationRows({ app, tags, withTokens }: ExportJob, installations: InstallationRepository): AsyncGenerator<Row> {
  const audience = tags === null ? ({ kind: 'everyone' } as const) : ({ kind: 'tags', expression: parseTagExpression(tags) } as const);
  const through = `${app};`; // the character behind the colon of every key of the app
  for (let after = `${app}:`; after < through;) {
    const found = await installations.select({ audience, after, through, firstSeenUntil: null, limit: step, scanLimit: scanStep });
    const rows = await installations.findByKeys(found.matches.map(({ key }) => key));
    for (const installation of rows) yield withTokens ? withToken(installation) : { ...installationRecordOf(installation) };
    after = found.through;
    await setImmediate();
  }
}

/** In a form that is told apart from every record that an answer carries. */
function withToken(installation: Installation): Row {
  return { ...installationRecordOf(installation), token: installation.token?.reveal() ?? null };
}

function textOf(instant: number): string {
  return new Date(instant).toISOString();
}

const pieceLength = 65_536;

/** Rows as a file: an object a line, or CSV with a header. `wrote` hears how many rows there are, now and then. */
export async function* fileOf(
  rows: AsyncIterable<Row>,
  format: ExportJob['format'],
  wrote: (rows: number) => Promise<void>,
): AsyncGenerator<Buffer> {
  let columns: readonly string[] | undefined;
  let [piece, written] = ['', 0];
  for await (const row of rows) {
    if (format === 'ndjson') piece += `${JSON.stringify(row)}\n`;
    else {
      if (!columns) {
        columns = Object.keys(row);
        piece = `${columns.join(',')}\r\n`;
      }
      piece += `${columns.map((column) => cellOf(row[column])).join(',')}\r\n`;
    }
    written += 1;
    if (piece.length < pieceLength) continue;
    yield Buffer.from(piece);
    piece = '';
    await wrote(written);
  }
  if (piece !== '') yield Buffer.from(piece);
  await wrote(written);
}

/** RFC 4180; lists and objects as JSON. */
function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
