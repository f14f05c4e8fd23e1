import type { App } from '#libs/access';
import { checkPrecondition, pinsRevision, type Precondition, RequestInvalid, fieldErrors } from '#libs/api';
import { type Installation, type RegisterInstallation, fieldsWith, installationTable, shownOf } from '#libs/registry';
import type { Caller, InstallationGuard } from '#libs/registry-http';
import { isDeepStrictEqual } from 'node:util';
import { type PatchedInstallation, patchedInstallation } from './installation-bodies.ts';
import { spareFields } from './installation-fields.ts';
import { retryStale } from './put-installation.ts';
import { fieldsOf, tokenWish, fieldsBySdk } from './said-fields.ts';

interface PatchCommand {
  readonly app: App;
  readonly id: string;
  readonly caller: Caller;
  readonly expected: Precondition | undefined;
  /** Makes the document that the caller wants out of the one there is. */
  readonly patch: (view: PatchableView) => unknown;
  /** Throws RequestInvalid with all that is wrong with the patched document; what the patch left alone is not asked about again. */
  readonly check: (patched: unknown, view: PatchableView) => PatchedInstallation;
}

/** Changes fields of an installation; what the patch leaves alone is not written, and no session starts. */
export class PatchInstallation {
  constructor(
    private readonly registerInstallation: RegisterInstallation,
    private readonly guard: InstallationGuard,
  ) {}

  async execute(command: PatchCommand): Promise<Installation> {
    return retryStale(pinsRevision(command.expected), () => this.#attempt(command));
  }

  async #attempt({ app, id, caller, expected, patch, check }: PatchCommand): Promise<Installation> {
    const present = await this.guard.installationFor(app, id, caller);
    checkPrecondition(expected, present.revision);
    const { wanted, changes } = changesOf(patchableView(present), patch, check);
    if (Object.keys(changes).length === 0) return present;
    const fields = fieldsOf(changes);
    const { installation } = await this.registerInstallation.execute({
      app: app.id,
      installationId: id,
      by: caller.kind,
      fields: caller.kind === 'sdk' ? fieldsBySdk(app.settings, fields, present) : fields,
      ...tokenWish(wanted.provider, changes.token),
      startsSession: false,
      expectedRevision: present.revision,
      found: present,
      settings: app.settings,
    });
    return installation;
  }
}

function changesOf(view: PatchableView, patch: PatchCommand['patch'], check: PatchCommand['check']) {
  const patched = patch(view);
  const keeps = keepsToken(patched);
  const before = keeps ? withoutToken(view) : view;
  const wanted = check(keeps ? withoutToken(patched) : patched, before);
  return { wanted, changes: changesBetween(before, wanted) };
}

/** Stands for the token, which nobody reads but anybody may take away. */
const hiddenToken = '[push token]';

/** What a patch is applied to: every field that callers may change. */
export type PatchableView = Readonly<Record<string, unknown>>;

const said = fieldsWith(installationTable, 'said');

function patchableView(installation: Installation): PatchableView {
  const shown = shownOf(installationTable, installation);
  return { ...Object.fromEntries(said.map((name) => [name, shown[name]])), ...(installation.token && { token: hiddenToken }) };
}

/** Whether the patch left the token alone: then it is neither checked nor compared. */
function keepsToken(patched: unknown): boolean {
  return typeof patched === 'object' && patched !== null && 'token' in patched && patched.token === hiddenToken;
}

function withoutToken<T>(document: T): T {
  return Object.fromEntries(Object.entries(document as object).filter(([field]) => field !== 'token')) as T;
}

/** Only what the patch changed: a field that it took away is cleared, one that it left alone is not written. */
function changesBetween(before: PatchableView, after: PatchedInstallation): Partial<PatchedInstallation> {
  const changed = Object.entries(after).filter(([field, value]) => !isDeepStrictEqual(value, before[field]));
  const cleared = Object.entries(before)
    .filter(([field, value]) => value !== null && !(field in after))
    .map(([field]) => [field, null]);
  return Object.fromEntries([...changed, ...cleared]) as Partial<PatchedInstallation>;
}

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
  const body = Object.fromEntries(touched);
  const spare = new Set(spareFields(body));
  const issues = patchedInstallation.safeParse(body).error?.issues ?? [];
  const wrong = new Set(issues.map(({ path: [field] }) => String(field)).filter((field) => spare.has(field)));
  for (const field of wrong) touched.delete(field);
  return [...unknown, ...wrong];
}
