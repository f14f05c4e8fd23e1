import {
  TooManyKeys,
  auditLineOf,
  hashOfKey,
  newKeySecret,
  type ApiKey,
  type ApiKeyRepository,
  type KeyKind,
  type Principal,
} from '#libs/access';
import { RequestInvalid } from '#libs/api';
import { newId, note, type Clock } from '#libs/kernel';

const maxKeys = 100;

interface CreateKeyRequest {
  readonly kind: KeyKind;
  /** Absent for admin keys. */
  readonly app?: string;
  readonly name?: string;
  readonly scopes?: readonly string[];
  readonly expiresAt?: number;
  readonly by: Principal;
}

/** Makes an API key. Only its hash is stored, so the key itself is in this answer and nowhere else. */
export class CreateKey {
  constructor(
    private readonly keys: ApiKeyRepository,
    private readonly clock: Clock,
  ) {}

  /** Throws RequestInvalid for a time that is over, TooManyKeys. */
  async execute({ by, ...facts }: CreateKeyRequest): Promise<{ readonly stored: ApiKey; readonly key: string }> {
    const now = this.clock.now();
    if (facts.expiresAt !== undefined && facts.expiresAt <= now)
      throw new RequestInvalid([{ pointer: '/expiresAt', message: 'In the past' }]);
    if ((await this.keys.list(facts.app, undefined, maxKeys)).length >= maxKeys) throw new TooManyKeys(maxKeys);
    const key = newKeySecret(facts.kind);
    const stored: ApiKey = { id: newId(), ...facts, hash: hashOfKey(key), createdAt: now };
    const { app, id } = stored;
    await this.keys.insert(
      stored,
      auditLineOf({ ...(app !== undefined && { app }), by, action: 'key.created', target: id, revision: 1 }, now),
    );
    note('key made', { kind: stored.kind, keyId: id, ...(app !== undefined && { app }) });
    return { stored, key };
  }
}
