/** What is wrong with one place of a body. */
export interface FieldProblem {
  /** JSON Pointer. */
  readonly pointer: string;
  readonly message: string;
}

export interface ProblemFields {
  readonly code: string;
  readonly status: number;
  readonly detail?: string;
  readonly errors?: readonly FieldProblem[];
  readonly traceId?: string;
}

/** A call that came to nothing. Decide by `code`: they are stable, and docs/errors.md of the platform says what to do; `network` is ours. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: string;
  /** 0 where nobody answered. */
  readonly status: number;
  /** All that is wrong with the body, at once. */
  readonly errors: readonly FieldProblem[];
  readonly traceId: string | undefined;

  constructor(
    { code, status, detail, errors = [], traceId }: ProblemFields,
    cause?: unknown,
    /** When the platform wants to be asked again, ms from now. */
    readonly retryAfterMs?: number,
  ) {
    super([`${code}: ${detail ?? status}`, ...errors.map(({ pointer, message }) => `${pointer} ${message}`)].join('; '), { cause });
    this.code = code;
    this.status = status;
    this.errors = errors;
    this.traceId = traceId;
  }

  /** `Problem.is(error, 'user_not_found')` */
  static is(error: unknown, ...codes: readonly string[]): error is Problem {
    return error instanceof Problem && (codes.length === 0 || codes.includes(error.code));
  }
}

/** Reads a refusal; what stands between us and the platform may answer in other words. */
export async function problemOf(answer: Response): Promise<Problem> {
  const said = (await answer.json().catch(() => ({}))) as Partial<ProblemFields>;
  const retryAfter = answer.headers.get('retry-after');
  const seconds = retryAfter === null ? NaN : Number(retryAfter);
  return new Problem(
    { ...said, code: said.code ?? 'unknown', status: answer.status },
    undefined,
    Number.isNaN(seconds) ? undefined : seconds * 1_000,
  );
}
