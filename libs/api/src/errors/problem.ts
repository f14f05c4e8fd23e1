import { cutLongWords } from '#libs/kernel';
import { z } from 'zod';
import { MAX_FIELD_ERRORS, cut, maxPointer, type FieldError } from './field-error.ts';

/** The page that explains every code. */
export const ERRORS_PAGE = '/docs/errors';

/** RFC 9457, with our extension members. */
export const problem = z
  .object({
    type: z.string().meta({ description: 'Where the code is explained, relative to the address of the call.' }),
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
    ignoredFields: z.array(z.string()).optional().meta({ description: 'What an SDK said beside, and was left out of its body.' }),
    more: z.int().optional().meta({ description: 'Further problems that the answer has no room for; fix those in `errors` first.' }),
  })
  .meta({ id: 'Problem', description: 'A problem document (RFC 9457).' });

export type Problem = z.output<typeof problem>;

export interface ProblemFacts {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly traceId: string;
  readonly errors?: readonly FieldError[] | undefined;
  readonly ignoredFields?: readonly string[];
}

const [maxDetail, maxMessage] = [1_000, 400];
/** A problem document is never longer, however long the request was. */
const maxProblemBytes = 65_536;
/** Nor is it longer than so many times the request, so that nobody is sent more than he sent himself; but a short request may have this much. */
const [timesRequest, minProblemBytes] = [4, 8_192];
const [maxIgnored, maxIgnoredName] = [8, 60];
/** Everything of the document but its list of errors. */
const roomForFacts = 2_048;

/** The bytes that a problem document may have: at most 64 KiB, at most four times the request, at least 8 KiB. */
export function problemBytesFor(requestBytes: number): number {
  return Math.min(maxProblemBytes, Math.max(minProblemBytes, timesRequest * requestBytes));
}

/** A problem document of at most `maxBytes` as JSON: what there is no room for is counted in `more`. */
export function problemOf(
  { code, status, detail, traceId, errors, ignoredFields = [] }: ProblemFacts,
  maxBytes = minProblemBytes,
): Problem {
  const told = errors && briefErrors(errors, maxBytes - roomForFacts);
  return {
    type: `${ERRORS_PAGE}#${code}`,
    code,
    title: titleOf(code),
    status,
    detail: cut(cutLongWords(detail), maxDetail),
    traceId,
    ...told,
    ...(ignoredFields.length > 0 && { ignoredFields: briefly(ignoredFields) }),
  };
}

/** The first few, which is what somebody who looks for a slip needs. */
function briefly(names: readonly string[]): string[] {
  return names.slice(0, maxIgnored).map((name) => cut(name, maxIgnoredName));
}

export interface BriefErrors<E> {
  readonly errors: E[];
  /** How many were left out. */
  readonly more?: number;
}

/** As many of the errors as an answer lists, each cut to its beginning, in at most `maxBytes` of JSON. */
export function briefErrors<E extends Pick<FieldError, 'pointer' | 'message'>>(errors: readonly E[], maxBytes: number): BriefErrors<E> {
  const told: E[] = [];
  let bytes = 0;
  for (const error of errors) {
    const short = { ...error, pointer: cut(error.pointer, maxPointer), message: cut(error.message, maxMessage) };
    bytes += Buffer.byteLength(JSON.stringify(short)) + 1;
    if (bytes > maxBytes || told.length === MAX_FIELD_ERRORS) break;
    told.push(short);
  }
  return { errors: told, ...(errors.length > told.length && { more: errors.length - told.length }) };
}

/** `app_not_found` → `App not found`. */
function titleOf(code: string): string {
  return `${code.charAt(0).toUpperCase()}${code.slice(1)}`.replaceAll('_', ' ');
}
