import { expiryStage, type AppRepository, type CredentialRepository } from '#libs/access';
import { BoundedMap, isoTime, note, type Clock } from '#libs/kernel';
import { allCredentials } from './all-credentials.ts';

const maxNoted = 20_000;

/** Writes down 30, 14, 7 and 1 days before a credential ends, and when it has, that it does: once each, as long as this process lives. */
export class NoteEndingCredentials {
  readonly #noted = new BoundedMap<number>(maxNoted);

  constructor(
    private readonly apps: AppRepository,
    private readonly credentials: CredentialRepository,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<void> {
    const now = this.clock.now();
    for await (const { app, provider, revision, expiresAt } of allCredentials(this.apps, this.credentials)) {
      const stage = expiryStage(expiresAt, now);
      const key = `${app}:${provider}:${revision}`;
      if (stage === null || expiresAt === undefined || this.#noted.get(key) === stage) continue;
      this.#noted.set(key, stage);
      note(stage === 0 ? 'credential ended' : 'credential ends soon', { app, provider, withinDays: stage, expiresAt: isoTime(expiresAt) });
    }
  }
}
