import type { StandardSchemaV1 } from '@standard-schema/spec';
import { nearField } from './near-fields.ts';
import './plain-words.ts';

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

/** Characters of one step and of a whole pointer. Names of ours are shorter; one that a caller made up is repeated by each problem below it. */
const maxStep = 160;
export const maxPointer = 480;

/** RFC 6901 section 3: `~` and `/` inside a step are escaped. A step that is too long, and what is too deep, ends with `…`. */
export function pointerTo(path: readonly PropertyKey[]): string {
  let pointer = '';
  for (const step of path) {
    pointer += `/${cut(String(step), maxStep).replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (pointer.length > maxPointer) return cut(pointer, maxPointer);
  }
  return pointer;
}

/** The beginning of a text, ending with `…` where something is missing; never half a character. */
export function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** What a schema says, as zod says it: unknown keys on their parent, the branches of a union and what is wrong with a key inside it. */
interface SchemaIssue extends StandardSchemaV1.Issue {
  readonly code?: string;
  readonly keys?: readonly string[];
  readonly errors?: readonly (readonly SchemaIssue[])[];
  readonly issues?: readonly SchemaIssue[];
  readonly params?: Readonly<Record<string, unknown>>;
}

/** Problems that are described, and listed in one answer; a body can hold a quarter of a million. */
export const MAX_FIELD_ERRORS = 100;

/** Unknown fields for which it is looked whether they are slips of the pen. */
const maxHints = 10;

/** Stands for a problem that is only counted: no answer has room for it. */
export const oneMore: FieldError = { pointer: '', message: 'One more problem' };

/**
 * One error for each problem: unknown keys one by one, a union by the branch that came furthest. Those behind the hundredth are `oneMore`. With the
 * schema an unknown key hears which one was meant.
 */
export function fieldErrors(issues: readonly StandardSchemaV1.Issue[], schema?: unknown): FieldError[] {
  return flatIssues(issues)
    .map((issue, index) => (index < MAX_FIELD_ERRORS ? told(issue, index < maxHints ? schema : undefined) : oneMore))
    .toArray();
}

function told({ path, message, unknown }: FlatIssue, schema: unknown): FieldError {
  return unknown ? unknownField(path(), schema) : { pointer: pointerTo(path()), message };
}

/** A field that the schema does not have, with the one that was meant if there is one that looks so. */
function unknownField(path: readonly PropertyKey[], schema: unknown): FieldError {
  const near = nearField(schema, path);
  return { pointer: pointerTo(path), message: near === undefined ? 'Unknown field' : `Unknown field; did you mean \`${near}\`?` };
}

/** The fields of an SDK's body that were left out, as problems of a call that then failed: one of them may be what it lacks. */
export function leftOutErrors(fields: readonly string[], schema: unknown): FieldError[] {
  return fields.slice(0, maxHints).map((field) => {
    const path = field.split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    const isKnown = nearField(schema, path) === path.join('.');
    return isKnown ? { pointer: `/${field}`, message: 'Left out, because its value does not hold' } : unknownField(path, schema);
  });
}

/** Where each problem lies, and whether a key is merely unknown. */
export function problemPaths(
  issues: readonly StandardSchemaV1.Issue[],
): Iterable<{ readonly path: readonly PropertyKey[]; readonly unknown: boolean }> {
  return flatIssues(issues).map(({ path, unknown }) => ({ path: path(), unknown }));
}

/** The first code that a problem brings from its schema: `refine(…, { params: { problemCode } })`. */
export function problemCodeIn(issues: readonly StandardSchemaV1.Issue[]): string | undefined {
  return flatIssues(issues).find(({ problemCode }) => problemCode !== undefined)?.problemCode;
}

interface FlatIssue {
  readonly path: () => readonly PropertyKey[];
  readonly message: string;
  readonly unknown: boolean;
  readonly problemCode?: string | undefined;
}

/** One at a time, without its place until somebody asks: most of very many are only counted. */
function* flatIssues(issues: readonly SchemaIssue[], parent: () => readonly PropertyKey[] = () => []): Generator<FlatIssue, void> {
  for (const issue of issues) {
    const path = () => [...parent(), ...(issue.path ?? []).map((step) => (typeof step === 'object' ? step.key : step))];
    if (issue.code === 'unrecognized_keys' && issue.keys) {
      for (const key of issue.keys) yield { path: () => [...path(), key], message: 'Unknown field', unknown: true };
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
