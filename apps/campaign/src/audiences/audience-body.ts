import { fieldErrors } from '#libs/api';
import { isoTime } from '#libs/kernel';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { SavedAudience } from '../documents/audience.ts';
import { readFilterText } from '../intake/filter-text.ts';
import { printFilter } from '../intake/print-filter.ts';
import { objectIn } from '../intake/read-send.ts';
import { SendInvalid, type SendProblem } from '../intake/send-invalid.ts';
import { filterTarget, textTarget } from '../intake/target-body.ts';
import { FilterReader, audiencesIn, type WrittenFilter } from '../intake/written-filter.ts';

const example = {
  filter: { and: [{ tag: 'vip' }, { lastSeen: { after: 'P14D' } }] },
  text: 'tag:vip and lastSeen(after: P14D)',
  description: 'Came in the last two weeks',
} as const;

/** The body of `PUT …/audiences/{name}`: a filter, or its text; an answer has both, and may be sent again as it came. */
export const audienceBody = z
  .strictObject({
    filter: filterTarget.shape.filter.optional(),
    text: textTarget.shape.text.optional(),
    description: z.string().max(1_024).nullable().default(null),
  })
  .meta({ id: 'AudienceBody', examples: [{ filter: example.filter, description: example.description }, { text: example.text }] });

/** Reads an audience to be kept. Throws SendInvalid with every problem at once. */
export function readSavedAudience(body: unknown): Pick<SavedAudience, 'filter' | 'description' | 'names'> {
  const written = objectIn(body);
  const parsed = audienceBody.safeParse(written);
  const problems: SendProblem[] = parsed.success ? [] : fieldErrors(parsed.error.issues, audienceBody);
  const filter = filterIn(written, problems);
  if (!parsed.success || problems.length > 0 || !filter) throw new SendInvalid(problems);
  return { filter, description: parsed.data.description, names: [...new Set(audiencesIn(filter))] };
}

function filterIn({ filter, text }: Record<string, unknown>, problems: SendProblem[]): WrittenFilter | undefined {
  if (filter === undefined && text === undefined) problems.push({ pointer: '/filter', message: 'Is required, or text' });
  const said = typeof text === 'string' && text !== '' ? readFilterText(text, '/text', problems) : undefined;
  if (typeof filter !== 'object' || filter === null) return said;
  const reader = new FilterReader('/filter');
  const read = reader.read(filter);
  problems.push(...reader.problems);
  if (said && reader.problems.length === 0 && !isDeepStrictEqual(said, read))
    problems.push({
      code: 'filter_invalid',
      pointer: '/text',
      message: 'Says another filter than the one beside it: one of the two is enough',
    });
  return read;
}

const count = z.int().min(0);
const instant = z.iso.datetime();

export const audienceRecord = audienceBody
  .extend({
    name: z.string(),
    filter: filterTarget.shape.filter,
    text: z.string().meta({ description: 'The filter in its text form.' }),
    revision: z.int().min(1),
    installations: count.optional(),
    users: count.optional(),
    countedAt: instant.optional(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'SavedAudience' });

export const audienceExample = {
  name: 'regulars',
  ...example,
  revision: 1,
  installations: 4_000,
  users: 3_900,
  countedAt: '2026-11-22T09:30:00.000Z',
  createdAt: '2026-11-22T09:30:00.000Z',
  updatedAt: '2026-11-22T09:30:00.000Z',
};

export function audienceRecordOf({ id, filter, description, revision, createdAt, updatedAt }: SavedAudience): Record<string, unknown> {
  return {
    name: id,
    filter,
    text: printFilter(filter),
    description,
    revision,
    createdAt: isoTime(createdAt),
    updatedAt: isoTime(updatedAt),
  };
}
