import { RequestInvalid, fieldErrors } from '#libs/api';
import { isDeepStrictEqual } from 'node:util';
import { patchedInstallation, type PatchedInstallation } from './installation-bodies.ts';
import { spareFields } from './installation-fields.ts';
import type { PatchableView } from './patchable-view.ts';

interface CheckedPatch {
  readonly installation: PatchedInstallation;
  /** What an sdk key's patch wrote in vain. */
  readonly ignoredFields: readonly string[];
}

/** Fields that the form of others depends on: asked for even where they stay. */
const context: ReadonlySet<string> = new Set(['platform', 'provider']);

/**
 * What a patch makes of an installation, checked where it changes something: a field stored under older rules is nobody's fault now. Throws
 * RequestInvalid; of an sdk key, unknown fields and spare ones that do not hold stay as they are.
 */
export function checkedPatch(patched: unknown, view: PatchableView, kind: 'sdk' | 'server'): CheckedPatch {
  const fields = Object.entries(patched ?? {});
  const untouched = fields.filter(([field, value]) => !context.has(field) && field in view && isDeepStrictEqual(value, view[field]));
  const touched = new Map(fields.filter(([field]) => !untouched.some(([same]) => same === field)));
  const ignoredFields = kind === 'sdk' ? leaveOut(touched) : [];
  const result = patchedInstallation.safeParse(Object.fromEntries(touched));
  if (!result.success) throw new RequestInvalid(fieldErrors(result.error.issues, patchedInstallation));
  const kept = ignoredFields.flatMap((field) => (field in view ? [[field, view[field]] as const] : []));
  return { installation: { ...result.data, ...Object.fromEntries([...untouched, ...kept]) }, ignoredFields };
}

function leaveOut(touched: Map<string, unknown>): string[] {
  const unknown = [...touched.keys()].filter((field) => !(field in patchedInstallation.shape));
  for (const field of unknown) touched.delete(field);
  const issues = patchedInstallation.safeParse(Object.fromEntries(touched)).error?.issues ?? [];
  const wrong = new Set(issues.map(({ path: [field] }) => String(field)).filter((field) => spareFields.includes(field)));
  for (const field of wrong) touched.delete(field);
  return [...unknown, ...wrong];
}
