import type { App } from '#libs/access';
import { PushError, PushToken, hasActivities, type Clock, type Fingerprinter } from '#libs/kernel';
import { ACTIVITY_KEPT_MS, type ActivityPlace, type ActivityToken, type ActivityTokens } from '#libs/registry';
import type { Caller, InstallationGuard } from '#libs/registry-http';

/** Live Activities are Apple's: the installation is of another provider. */
export class InstallationNotOnApns extends PushError {
  readonly code = 'installation_not_on_apns';
  readonly retryable = false;

  constructor(readonly installationId: string) {
    super(`The installation ${installationId} is not on APNs`);
  }
}

const droppedAtOnce = 10_000;

/** Keeps the push tokens of an installation's Live Activities, for whoever may act for it. Both calls throw InstallationNotFound and what the guard throws. */
export class KeepActivityToken {
  constructor(
    private readonly tokens: ActivityTokens,
    private readonly guard: InstallationGuard,
    private readonly fingerprinter: Fingerprinter,
    private readonly clock: Clock,
  ) {}

  /** `text`: as `tokenForm` gives it. Throws InstallationNotOnApns. */
  async put(app: App, id: string, place: ActivityPlace, text: string, caller: Caller): Promise<ActivityToken> {
    const { provider, ownerEpoch } = await this.guard.installationFor(app, id, caller);
    if (!hasActivities(provider)) throw new InstallationNotOnApns(id);
    const token = new PushToken(text);
    const now = this.clock.now();
    const kept: ActivityToken = {
      ...{ app: app.id, installationId: id, place, token, fingerprint: this.fingerprinter.of(token), ownerEpoch },
      registeredAt: now,
      expiresAt: place.startsWith('activity:') ? now + ACTIVITY_KEPT_MS : null,
    };
    await this.tokens.put(kept);
    return kept;
  }

  /** Forgets those whose time is over, so many at a time. */
  async dropExpired(): Promise<void> {
    await this.tokens.dropExpired(this.clock.now(), droppedAtOnce);
  }

  /** Safe to repeat. */
  async remove(app: App, id: string, place: ActivityPlace, caller: Caller): Promise<void> {
    await this.guard.installationFor(app, id, caller);
    await this.tokens.remove(app.id, id, place);
  }
}
