import { fieldErrors } from '#libs/api';
import { isoTime } from '#libs/kernel';
import { z } from 'zod';
import type { SavedAudience } from '../documents/audience.ts';
import { objectIn } from '../intake/read-send.ts';
import { SendInvalid } from '../intake/send-invalid.ts';
import { filterTarget } from '../intake/target-body.ts';
import { FilterReader, audiencesIn } from '../intake/written-filter.ts';

const example = { filter: { and: [{ tag: 'vip' }, { lastSeen: { after: 'P14D' } }] }, description: 'Came in the last two weeks' } as const;

/** The body of `PUT …/audiences/{name}`. */
export const audienceBody = filterTarget
  .extend({ description: z.string().max(1_024).nullable().default(null) })
  .meta({ id: 'AudienceBody', examples: [example] });

/** Reads an audience to be kept. Throws SendInvalid with every problem at once. */
export function readSavedAudience(body: unknown): Pick<SavedAudience, 'filter' | 'description' | 'names'> {
  const parsed = audienceBody.safeParse(objectIn(body));
  const reader = new FilterReader('/filter');
  const filter = parsed.success ? parsed.data.filter : (body as Record<string, unknown>)['filter'];
  if (typeof filter === 'object' && filter !== null) reader.read(filter);
  const problems = [...(parsed.success ? [] : fieldErrors(parsed.error.issues, audienceBody)), ...reader.problems];
  if (!parsed.success || problems.length > 0) throw new SendInvalid(problems);
  return { filter: parsed.data.filter, description: parsed.data.description, names: [...new Set(audiencesIn(parsed.data.filter))] };
}

const count = z.int().min(0);
const instant = z.iso.datetime();

export const audienceRecord = audienceBody
  .extend({
    name: z.string(),
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
  return { name: id, filter, description, revision, createdAt: isoTime(createdAt), updatedAt: isoTime(updatedAt) };
}
