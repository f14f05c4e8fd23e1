/** `admin` everything; `server` one app without its keys, credentials and settings; `sdk` one installation's own calls, and proves nothing. */
export type KeyKind = 'admin' | 'server' | 'sdk';

/** Who calls: what an API key stands for. */
export interface Principal {
  readonly kind: KeyKind;
  /** The stored key's id; `bootstrap` or `demo` for those that settings bring. */
  readonly keyId: string;
  /** The one app the key belongs to; absent for admin keys. */
  readonly app?: string;
  /** `<resource>` or `<resource>:read`; absent means all that the kind may do. */
  readonly scopes?: readonly string[];
}
