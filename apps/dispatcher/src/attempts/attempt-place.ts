/** Where an attempt stands in its batch: which due time of which attempt it came from (correctness P2). */
export interface AttemptPlace {
  readonly depth: number;
  /** null: the first attempt. */
  readonly parent: { readonly id: string; readonly slot: number } | null;
}

const form = /^1(?:\.\d+)*$/;

/** Reads `batch:1.0.2`; undefined where the id is none of this batch. */
export function placeOfAttempt(batchId: string, attemptId: string): AttemptPlace | undefined {
  const path = attemptId.startsWith(`${batchId}:`) ? attemptId.slice(batchId.length + 1) : '';
  if (!form.test(path)) return undefined;
  const depth = path.split('.').length;
  if (depth === 1) return { depth, parent: null };
  const dot = attemptId.lastIndexOf('.');
  return { depth, parent: { id: attemptId.slice(0, dot), slot: Number(attemptId.slice(dot + 1)) } };
}
