import { fieldsWith, installationTable, shownOf, type Installation } from '#libs/registry';
import { isDeepStrictEqual } from 'node:util';
import type { PatchedInstallation } from './installation-bodies.ts';

/** Stands for the token, which nobody reads but anybody may take away. */
const hiddenToken = '[push token]';

/** What a patch is applied to: every field that callers may change. */
export type PatchableView = Readonly<Record<string, unknown>>;

const said = fieldsWith(installationTable, 'said');

export function patchableView(installation: Installation): PatchableView {
  const shown = shownOf(installationTable, installation);
  return { ...Object.fromEntries(said.map((name) => [name, shown[name]])), ...(installation.token && { token: hiddenToken }) };
}

/** Whether the patch left the token alone: then it is neither checked nor compared. */
export function keepsToken(patched: unknown): boolean {
  return typeof patched === 'object' && patched !== null && 'token' in patched && patched.token === hiddenToken;
}

export function withoutToken<T>(document: T): T {
  return Object.fromEntries(Object.entries(document as object).filter(([field]) => field !== 'token')) as T;
}

/** Only what the patch changed: a field that it took away is cleared, one that it left alone is not written. */
export function changesBetween(before: PatchableView, after: PatchedInstallation): Partial<PatchedInstallation> {
  const changed = Object.entries(after).filter(([field, value]) => !isDeepStrictEqual(value, before[field]));
  const cleared = Object.entries(before)
    .filter(([field, value]) => value !== null && !(field in after))
    .map(([field]) => [field, null]);
  return Object.fromEntries([...changed, ...cleared]) as Partial<PatchedInstallation>;
}
