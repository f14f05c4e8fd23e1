import { cutLongWords } from '#libs/kernel';
import { z } from 'zod';
import { MAX_FIELD_ERRORS, type FieldError } from './field-error.ts';

/** RFC 9457, with our extension members. */
export const problem = z
  .object({
    type: z.literal('about:blank'),
    code: z.string().meta({ description: 'Stable name of the problem; docs/errors.md lists them all.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    traceId: z.string().meta({ description: 'Names the request in logs and traces.' }),
    errors: z
      .array(
        z.object({
          pointer: z.string().meta({ description: 'JSON Pointer into the body; with `in`, the parameter.' }),
          message: z.string(),
          in: z.enum(['path', 'query', 'header']).optional(),
          position: z.int().optional().meta({ description: '1-based position inside the text the pointer names.' }),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem', description: 'A problem document (RFC 9457).' });

export type Problem = z.output<typeof problem>;

export interface ProblemFacts {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly traceId: string;
  readonly errors?: readonly FieldError[] | undefined;
}

export function problemOf({ code, status, detail, traceId, errors }: ProblemFacts): Problem {
  return {
    type: 'about:blank',
    code,
    title: titleOf(code),
    status,
    detail: cutLongWords(detail),
    traceId,
    ...(errors && { errors: errors.slice(0, MAX_FIELD_ERRORS) }),
  };
}

/** `app_not_found` → `App not found`. */
function titleOf(code: string): string {
  return `${code.charAt(0).toUpperCase()}${code.slice(1)}`.replaceAll('_', ' ');
}
