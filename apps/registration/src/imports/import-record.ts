import { FIRST_PROBLEMS, IMPORT_MODES, IMPORT_STATES, type ImportJob, type ImportProblem } from '#libs/registry';
import { z } from 'zod';
import { FORMAT_NAMES } from './import-formats.ts';

export const MAX_PARTS = 1_000;

export const newImportBody = z
  .strictObject({
    format: z.enum(FORMAT_NAMES).default('carillon').meta({ description: 'Whose files the parts are: docs/imports.md.' }),
    mode: z.enum(IMPORT_MODES).default('create').meta({ description: '`create` makes what is not there, `upsert` also changes what is.' }),
    dryRun: z.boolean().default(false).meta({ description: 'Says what would become of each line, and writes none.' }),
    parts: z.int().min(1).max(MAX_PARTS).optional().meta({ description: 'How many parts there are to be; `start` is refused before.' }),
  })
  .prefault({})
  .meta({ id: 'NewImport', examples: [{ format: 'carillon', mode: 'upsert' }] });

export type NewImportBody = z.output<typeof newImportBody>;

const count = z.int().min(0);
const instant = z.iso.datetime();

export const importProblem = z
  .object({
    part: z.int(),
    line: z.int().meta({ description: 'From 1, a header included; of an array of JSON, the number of the object.' }),
    pointer: z.string(),
    message: z.string(),
    rejected: z.boolean().meta({ description: '`false`: the line was taken, without this.' }),
  })
  .meta({ id: 'ImportProblem' });

export const partRecord = z.object({ part: z.int(), bytes: count.meta({ description: 'Inflated.' }) }).meta({ id: 'ImportPart' });

export const importRecord = z
  .object({
    id: z.string(),
    format: z.enum(FORMAT_NAMES),
    mode: z.enum(IMPORT_MODES),
    dryRun: z.boolean(),
    state: z.enum(IMPORT_STATES),
    failure: z.string().nullable(),
    parts: z.array(partRecord),
    lines: count,
    created: count,
    updated: count,
    existing: count,
    rejected: count,
    problems: count.meta({ description: 'All of them: `GET …/errors`.' }),
    errors: z.array(importProblem).max(FIRST_PROBLEMS).meta({ description: 'The first 100 problems.' }),
    linesPerSecond: z.number().nullable().meta({ description: 'While lines are read; `null` before.' }),
    remainingSeconds: z.number().nullable().meta({ description: 'From the bytes that are left; `null` unless it runs.' }),
    createdAt: instant,
    startedAt: instant.nullable(),
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'Import' });

export const importExample = {
  id: '01a20297-4dc0-7d0a-9b55-0a5d7f1c2e11',
  format: 'carillon' as const,
  mode: 'upsert' as const,
  dryRun: false,
  state: 'running' as const,
  failure: null,
  parts: [{ part: 1, bytes: 412_000_000 }],
  lines: 400_000,
  created: 399_800,
  updated: 0,
  existing: 199,
  rejected: 1,
  problems: 1,
  errors: [{ part: 1, line: 17, pointer: '/token', message: 'must be 64 to 400 hexadecimal digits', rejected: true }],
  linesPerSecond: 9_300,
  remainingSeconds: 64.5,
  createdAt: '2026-11-30T12:00:00.000Z',
  startedAt: '2026-11-30T12:01:00.000Z',
  finishedAt: null,
};

export function importRecordOf(job: ImportJob): z.output<typeof importRecord> {
  const { id, mode, dryRun, state, failure, parts, counts, problems, createdAt, startedAt, finishedAt } = job;
  return {
    id,
    format: job.format as z.output<typeof importRecord>['format'],
    mode,
    dryRun,
    state,
    failure,
    parts: [...parts],
    ...counts,
    errors: problems.map(problemRecordOf),
    ...rateOf(job),
    createdAt: new Date(createdAt).toISOString(),
    startedAt: textOf(startedAt),
    finishedAt: textOf(finishedAt),
  };
}

export function problemRecordOf({ part, line, pointer, message, rejected }: ImportProblem): z.output<typeof importProblem> {
  return { part, line, pointer, message, rejected };
}

function rateOf({ state, parts, position, counts, workedMs }: ImportJob) {
  if (position === null || workedMs === 0) return { linesPerSecond: null, remainingSeconds: null };
  const all = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const done = parts.reduce((sum, { part, bytes }) => sum + (part < position.part ? bytes : 0), position.offset);
  const left = state === 'running' && done > 0 ? ((all - done) / done) * (workedMs / 1_000) : null;
  return { linesPerSecond: rounded(counts.lines / (workedMs / 1_000)), remainingSeconds: left === null ? null : rounded(left) };
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

function textOf(instantMs: number | null): string | null {
  return instantMs === null ? null : new Date(instantMs).toISOString();
}
