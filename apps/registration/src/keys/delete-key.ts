import { KeyNotFound, auditLineOf, type ApiKeyRepository, type Principal } from '#libs/access';
import type { Clock } from '#libs/kernel';

interface DeleteKeyRequest {
  /** Absent for admin keys. */
  readonly app?: string;
  readonly id: string;
  readonly by: Principal;
}

/** Takes a key back: it is refused from this moment. */
export class DeleteKey {
  constructor(
    private readonly keys: ApiKeyRepository,
    private readonly clock: Clock,
  ) {}

  /** Throws KeyNotFound. */
  async execute({ app, id, by }: DeleteKeyRequest): Promise<void> {
    const audit = auditLineOf({ ...(app !== undefined && { app }), by, action: 'key.deleted', target: id, revision: 2 }, this.clock.now());
    if (!(await this.keys.remove(app, id, audit))) throw new KeyNotFound(id);
  }
}
