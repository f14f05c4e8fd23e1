export const AUDITED_ACTIONS = [
  'app.created', 'app.changed', 'app.deleted', 'key.created', 'key.deleted', 'credential.set', 'credential.rolled_back', 'credential.checked',
  'provider.paused', 'provider.resumed', 'purge_hold.released', 'purge_hold.discarded', 'system.held', 'system.released',
  'tokens.exported', 'user.erased', 'webhook.created', 'webhook.changed', 'webhook.rotated', 'webhook.deleted',
  'send.recalled',
] as const; // prettier-ignore

/** What somebody with an API key changed in an app's set-up, decided for it, or asked of its credentials. */
export interface AuditLine {
  /** uuid5 of the document and its revision: written again, it is the same line. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Absent where no app is meant, as for admin keys. */
  readonly app?: string;
  /** `<kind>:<key id>` of the API key. */
  readonly actor: string;
  readonly action: (typeof AUDITED_ACTIONS)[number];
  /** The app, key, provider, purge hold, webhook or send; `system`: everything. */
  readonly target: string;
  /** Names of the fields that changed; never their values. */
  readonly fields?: readonly string[];
}
