import { EXPORT_FORMATS, EXPORT_KINDS, EXPORT_STATES, TagExpressionInvalid, parseTagExpression, type ExportJob } from '#libs/registry';
import { z } from 'zod';
import { isRecipient } from './seal-file.ts';

const expression = z
  .string()
  .min(1)
  .max(4_096)
  .superRefine((text, context) => {
    try {
      parseTagExpression(text);
    } catch (error) {
      if (!(error instanceof TagExpressionInvalid)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
    }
  });

export const newExportBody = z
  .strictObject({
    what: z.enum(EXPORT_KINDS),
    format: z.enum(EXPORT_FORMATS).default('ndjson'),
    filter: z
      .strictObject({ tags: expression.meta({ description: 'An expression over tags, such as `vip && !muted`.' }) })
      .optional()
      .meta({ description: 'Of installations: which of them.' }),
    include: z
      .array(z.enum(['tokens']))
      .max(1)
      .default([])
      .meta({ description: '`tokens`: of installations, with push tokens; admin keys only, and audited.' }),
    recipient: z
      .string()
      .max(100)
      .refine(isRecipient, 'must be an X25519 recipient of age, age1…')
      .optional()
      .meta({ description: 'The file is sealed to it in age’s format: only the holder of its identity reads it.' }),
  })
  .superRefine(({ what, filter, include }, context) => {
    if (what === 'installations') return;
    if (filter) context.addIssue({ code: 'custom', path: ['filter'], message: 'Only installations are filtered' });
    if (include.length > 0) context.addIssue({ code: 'custom', path: ['include'], message: 'Only installations have tokens' });
  })
  .meta({ id: 'NewExport', examples: [{ what: 'installations', format: 'csv', filter: { tags: 'vip' } }] });

export type NewExportBody = z.output<typeof newExportBody>;

const instant = z.iso.datetime();

export const exportRecord = z
  .object({
    id: z.string(),
    what: z.enum(EXPORT_KINDS),
    format: z.enum(EXPORT_FORMATS),
    withTokens: z.boolean(),
    sealed: z.boolean(),
    state: z.enum(EXPORT_STATES),
    failure: z.string().nullable(),
    rows: z.int().meta({ description: 'Written so far.' }),
    bytes: z.int().nullable(),
    createdAt: instant,
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'Export' });

export const exportExample = {
  id: '01a20297-4dc0-7d0a-9b55-0a5d7f1c2e11',
  what: 'installations' as const,
  format: 'ndjson' as const,
  withTokens: false,
  sealed: false,
  state: 'done' as const,
  failure: null,
  rows: 412_000,
  bytes: 210_000_000,
  createdAt: '2026-11-30T12:00:00.000Z',
  finishedAt: '2026-11-30T12:00:20.000Z',
};

export function exportRecordOf(job: ExportJob): z.output<typeof exportRecord> {
  const { id, what, format, withTokens, recipient, state, failure, rows, bytes, createdAt, finishedAt } = job;
  return {
    id,
    what,
    format,
    withTokens,
    sealed: recipient !== null,
    state,
    failure,
    rows,
    bytes,
    createdAt: new Date(createdAt).toISOString(),
    finishedAt: finishedAt === null ? null : new Date(finishedAt).toISOString(),
  };
}
