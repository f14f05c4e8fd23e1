import { installationPermissionChangedV1 } from '#libs/events';
import type { InstallationDraft } from './installation-draft.ts';
import type { Installation, Permission, Platform, InstallationFields } from './installation.ts';

type PermissionFields = Pick<InstallationFields, 'permission' | 'notificationsEnabled'>;
type PermissionState = Pick<Installation, 'permission' | 'notificationsEnabled'>;

/** The last version of Android that shows notifications unasked. */
const lastUnaskedAndroid = 12;

/** Sets what the device says of notifications; a change leaves a ledger line and an event (R13–R16, R41, R43). `showsToken`: the call brings one. */
export function applyPermission(draft: InstallationDraft, said: PermissionFields, isFirst: boolean, showsToken: boolean): void {
  const { next: device } = draft;
  const { permission, notificationsEnabled } = device;
  const fields = showsToken ? withDialog(said, device) : said;
  const state = isFirst ? firstPermission(fields, device) : laterPermission(fields, device);
  if (state.permission === permission && state.notificationsEnabled === notificationsEnabled) return;
  draft.set({ ...state, permissionChangedAt: draft.now });
  if (isFirst) return; // the registration says it
  const reason = state.permission === permission ? switched(state) : state.permission;
  draft.write('permission_changed', { to: draft.next, reason });
  draft.say(installationPermissionChangedV1, (facts) => ({ ...facts, ...state }));
}

/** The provider knows that the person has switched notifications off, which the device has not said: until it says otherwise. */
export function switchOff(draft: InstallationDraft, cause: { readonly reason: string; readonly sendId: string | null }): void {
  draft.set({ notificationsEnabled: false, permissionChangedAt: draft.now });
  draft.write('permission_changed', { to: draft.next, ...cause });
  const { permission, notificationsEnabled } = draft.next;
  draft.say(installationPermissionChangedV1, (facts) => ({ ...facts, permission, notificationsEnabled }));
}

/** R16: a browser has a token only after its dialog, so one that brings a token and says nothing else may show notifications. */
function withDialog(fields: PermissionFields, { platform, permission }: Installation): PermissionFields {
  const isSilent = fields.permission === undefined && fields.notificationsEnabled === undefined;
  return platform === 'web' && isSilent && permission === 'not_asked' ? { permission: 'granted' } : fields;
}

/** R36: the system's prompt was granted just now. Android up to 12 has none. */
export function isGrantedNow(fields: InstallationFields, before: Installation | undefined): boolean {
  if (fields.permission !== 'granted' || before?.permission === 'granted') return false;
  const platform = fields.platform ?? before?.platform;
  const osVersion = fields.osVersion === undefined ? (before?.osVersion ?? null) : fields.osVersion;
  return !showsUnasked({ platform, osVersion });
}

/** Each follows the other where only one is given; R13 where none is. */
function firstPermission({ permission, notificationsEnabled }: PermissionFields, device: Installation): PermissionState {
  const fallback = showsUnasked(device) || notificationsEnabled === true ? 'granted' : 'not_asked';
  const known = permission ?? fallback;
  return { permission: known, notificationsEnabled: notificationsEnabled ?? showsNotifications(known) };
}

/** `notificationsEnabled` follows a permission that changes; `permission` stays what it was. */
function laterPermission(fields: PermissionFields, before: Installation): PermissionState {
  const permission = fields.permission === undefined ? before.permission : (fields.permission ?? 'not_asked');
  const follows = fields.notificationsEnabled === null || permission !== before.permission;
  const fallback = follows ? showsNotifications(permission) : before.notificationsEnabled;
  return { permission, notificationsEnabled: fields.notificationsEnabled ?? fallback };
}

function showsNotifications(permission: Permission): boolean {
  return permission === 'granted' || permission === 'provisional';
}

function showsUnasked({ platform, osVersion }: { platform: Platform | undefined; osVersion: string | null }): boolean {
  const major = Number.parseInt(osVersion ?? '', 10);
  return platform === 'android' && major <= lastUnaskedAndroid;
}

function switched({ notificationsEnabled }: PermissionState): string {
  return notificationsEnabled ? 'notifications_enabled' : 'notifications_disabled';
}
