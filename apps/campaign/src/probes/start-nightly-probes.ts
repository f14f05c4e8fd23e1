import type { AppRepository } from '#libs/access';
import { BoundedMap, type Clock } from '#libs/kernel';
import { UninstallProbeRunning } from './probe-errors.ts';
import type { StartUninstallProbe } from './start-uninstall-probe.ts';
import { nightAt, probeOfNight } from './uninstall-probe.ts';

const appsAtOnce = 100;
const maxKnown = 10_000;

/** Begins each night's run of every app that tracks uninstalls, once: its id is the night's. A night on whose hour nobody was up is left out. Safe to repeat. */
export class StartNightlyProbes {
  /** The night that has been seen to, by app. */
  readonly #begun = new BoundedMap<string>(maxKnown);

  constructor(
    private readonly apps: AppRepository,
    private readonly start: StartUninstallProbe,
    private readonly clock: Clock,
  ) {}

  /** Throws DependencyUnavailable. */
  async execute(): Promise<void> {
    for (let after: string | undefined; ;) {
      const apps = await this.apps.list(after, appsAtOnce);
      for (const { id, settings } of apps) {
        const night = settings.uninstallTracking.enabled ? nightAt(settings.uninstallTracking, this.clock.now()) : null;
        if (night !== null && this.#begun.get(id) !== night) await this.#begin(id, night);
      }
      after = apps.at(-1)?.id;
      if (apps.length < appsAtOnce) return;
    }
  }

  async #begin(app: string, night: string): Promise<void> {
    try {
      await this.start.execute(app, probeOfNight(app, night), night);
      this.#begun.set(app, night);
    } catch (error) {
      if (!(error instanceof UninstallProbeRunning)) throw error; // it is looked for again within the hour
    }
  }
}
