import { PROVIDER_CREDENTIALS, placeOf, type ErrandDesk, type CheckResult, type CredentialCheck, type Sealer } from '#libs/access';
import { isBuilt, newId, note, type Clock } from '#libs/kernel';
import type { PlatformSettingsOf } from '#libs/service';
import { PROVIDER_PLUGS } from '../providers/provider-plugs.ts';
import type { PushProviders } from '../providers/push-providers.ts';
import { diagnose } from './doctor.ts';

const startWithinMs = 5_000;
const unclear: CheckResult = { verdict: 'unclear', findings: [] };

/** Asks providers about credentials, for whoever asks at the desk; as long as this process does work of its own. */
export class CheckCredential {
  #stop: (() => void) | undefined;

  constructor(
    private readonly desk: ErrandDesk,
    private readonly providers: PushProviders,
    private readonly sealer: Sealer,
    private readonly platform: PlatformSettingsOf,
    private readonly clock: Clock,
  ) {}

  /** Called by Nest, as is its counterpart. */
  onApplicationBootstrap(): void {
    if (this.platform.settings.CONSUMERS) this.#stop = this.desk.serve('credential_check', (check) => this.execute(check));
  }

  beforeApplicationShutdown(): void {
    this.#stop?.();
  }

  /** Never rejects: what fails here says nothing of the credential. */
  async execute({ app, provider: name, bundleIds, sealed }: CredentialCheck): Promise<CheckResult> {
    const provider = this.providers.find(name);
    if (!provider || !isBuilt(name)) return unclear;
    try {
      const fields = JSON.parse(this.sealer.open(sealed, placeOf(app, name))) as Readonly<Record<string, unknown>>;
      const now = this.clock.now();
      const known = PROVIDER_CREDENTIALS[name].findingsOf?.(fields, bundleIds, now) ?? [];
      if (known.some(({ level }) => level === 'error')) return { verdict: 'refused', findings: known };
      const credential = { id: `check:${newId()}`, simulated: false, bundleIds, fields };
      const answers = await provider.probe(credential, now + startWithinMs);
      const { verdict, findings } = diagnose(answers, PROVIDER_PLUGS[name].doctor);
      return { verdict, findings: [...known, ...findings] };
    } catch (error) {
      note('credential check failed', { app, provider: name, reason: error instanceof Error ? error.name : 'unknown' });
      return unclear;
    }
  }
}
