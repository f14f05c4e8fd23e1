import type { StandardSchemaV1 } from '@standard-schema/spec';

/** One thing that is wrong in a request. */
export interface FieldError {
  /** JSON Pointer (RFC 6901) into the body; with `in`, `/name` of the parameter. */
  readonly pointer: string;
  readonly message: string;
  /** Where the parameter stands; absent for the body. */
  readonly in?: 'path' | 'query' | 'header';
  /** 1-based position inside a text with a grammar of its own (tag expression, Liquid, broken JSON). */
  readonly position?: number;
}

/** Problems listed in one answer; a body can hold any number of them. */
export const MAX_FIELD_ERRORS = 100;

/** RFC 6901 section 3: `~` and `/` inside a step are escaped. */
export function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** What a schema says, as zod says it: unknown keys on their parent, the branches of a union and what is wrong with a key inside it. */
interface SchemaIssue extends StandardSchemaV1.Issue {
  readonly code?: string;
  readonly keys?: readonly string[];
  readonly errors?: readonly (readonly SchemaIssue[])[];
  readonly issues?: readonly SchemaIssue[];
  readonly params?: Readonly<Record<string, unknown>>;
}

/** One error for each problem: unknown keys one by one, a union by the branch that came furthest. */
export function fieldErrors(issues: readonly StandardSchemaV1.Issue[]): FieldError[] {
  return flatIssues(issues)
    .take(MAX_FIELD_ERRORS)
    .map(({ path, message }) => ({ pointer: pointerTo(path), message }))
    .toArray();
}

/** The paths of unknown keys among the problems. */
export function unknownKeys(issues: readonly StandardSchemaV1.Issue[]): (readonly PropertyKey[])[] {
  return flatIssues(issues)
    .filter(({ unknown }) => unknown)
    .map(({ path }) => path)
    .toArray();
}

/** The first code that a problem brings from its schema: `refine(…, { params: { problemCode } })`. */
export function problemCodeIn(issues: readonly StandardSchemaV1.Issue[]): string | undefined {
  return flatIssues(issues).find(({ problemCode }) => problemCode !== undefined)?.problemCode;
}

interface FlatIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly unknown: boolean;
  readonly problemCode?: string | undefined;
}

/** One at a time: whoever asks stops after a few, of what may be very many. */
function* flatIssues(issues: readonly SchemaIssue[], parent: readonly PropertyKey[] = []): Generator<FlatIssue, void> {
  for (const issue of issues) {
    const path = [...parent, ...(issue.path ?? []).map((step) => (typeof step === 'object' ? step.key : step))];
    if (issue.code === 'unrecognized_keys' && issue.keys) {
      for (const key of issue.keys) yield { path: [...path, key], message: 'Unknown field', unknown: true };
      continue;
    }
    const branch = issue.code === 'invalid_union' ? furthest(issue.errors ?? []) : undefined;
    if (branch) yield* flatIssues(branch, path);
    else yield { path, message: issue.issues?.[0]?.message ?? issue.message, unknown: false, problemCode: codeIn(issue) };
  }
}

function codeIn({ params }: SchemaIssue): string | undefined {
  const code = params?.['problemCode'];
  return typeof code === 'string' ? code : undefined;
}

/** The branch that was meant is the one whose problems lie deepest; none if a branch fails at its very start like the others. */
function furthest(branches: readonly (readonly SchemaIssue[])[]): readonly SchemaIssue[] | undefined {
  let best: readonly SchemaIssue[] | undefined;
  let reached = 0;
  for (const branch of branches) {
    const depth = branch.reduce((least, issue) => Math.min(least, depthOf(issue)), Infinity);
    if (Number.isFinite(depth) && depth > reached) [best, reached] = [branch, depth];
  }
  return best;
}

function depthOf({ path, keys }: SchemaIssue): number {
  return (path?.length ?? 0) + (keys ? 1 : 0);
}
