import { STATUS_CODES } from 'node:http';
import type { z } from 'zod';

/** The page that explains every code of the control API. */
export const ERRORS_PAGE = '/docs/errors';

export interface FieldProblem {
  /** RFC 6901. */
  readonly pointer: string;
  readonly message: string;
}

const maxProblems = 100;
/** A name that a caller made up stands in the pointer of each problem below it. */
const maxStep = 100;

/** An answer of the control API that is an RFC 9457 problem document. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly errors?: readonly FieldProblem[],
  ) {
    super(detail);
  }

  toJSON(): Record<string, unknown> {
    const { status, code, message: detail, errors } = this;
    const type = `${ERRORS_PAGE}#${code}`;
    return { type, title: STATUS_CODES[status] ?? 'Error', status, code, detail, ...(errors ? { errors } : {}) };
  }
}

/** The parsed value. Throws a Problem that lists everything that is wrong with it. */
export function parseOr400<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues
    .slice(0, maxProblems)
    .flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.slice(0, maxProblems).map((key) => ({ pointer: pointerTo([...issue.path, key]), message: 'Unknown field' }))
        : [{ pointer: pointerTo(issue.path), message: issue.message }],
    );
  throw new Problem(400, 'request_invalid', 'The request is not valid', errors.slice(0, maxProblems));
}

function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).slice(0, maxStep).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
