import type { AppRepository } from '#libs/access';
import { BoundedMap, type Clock } from '#libs/kernel';
import { saysUninstalled, type InstallationRepository, type TokenLedger, type TokenTurn } from '#libs/registry';
import {
  HOUR_MS,
  REGISTRY_SOURCE,
  StatSum,
  hourOf,
  type ActiveInstallations,
  type StatCounts,
  type StatPart,
  type StatRow,
} from './statistics.ts';
import type { StatisticsStore } from './statistics.store.ts';
import type { SumStatistics } from './sum-statistics.ts';
import type { UninstallFacts } from './uninstall-facts.ts';

const appsAtOnce = 100;
const turnsAtOnce = 500;
/** After a longer pause of the whole platform the hours before it stay without these numbers. */
const maxHoursBack = 72;
/** Lines of the ledger may come this late: until then the hour before is looked at again. */
const lateMs = 10 * 60_000;
const maxKnown = 10_000;

/** Sums what came and went among the installations of each app, from the token ledger, and how many can be reached now. Safe to repeat. */
export class SumRegistry {
  /** Up to which hour an app is done, by app. */
  readonly #done = new BoundedMap<number>(maxKnown);

  constructor(
    private readonly store: StatisticsStore,
    private readonly statistics: SumStatistics,
    private readonly apps: AppRepository,
    private readonly ledger: TokenLedger,
    private readonly installations: InstallationRepository,
    private readonly uninstalls: UninstallFacts,
    private readonly clock: Clock,
  ) {}

  /** Throws DependencyUnavailable. */
  async execute(): Promise<void> {
    const now = this.clock.now();
    const current = hourOf(now);
    const tallies = (await this.installations.tally()).filter(({ withToken }) => withToken);
    const activeOf = Map.groupBy(tallies, ({ app }) => app);
    for (let after: string | undefined; ;) {
      const apps = await this.apps.list(after, appsAtOnce);
      for (const { id } of apps) {
        const active = (activeOf.get(id) ?? []).map(({ provider, installations }) => ({ provider, installations }));
        await this.#sumApp(id, current, active);
        this.#done.set(id, now - current * HOUR_MS > lateMs ? current : current - 1);
      }
      after = apps.at(-1)?.id;
      if (apps.length < appsAtOnce) return;
    }
  }

  async #sumApp(app: string, current: number, active: readonly ActiveInstallations[]): Promise<void> {
    for (let hour = this.#done.get(app) ?? current - maxHoursBack; hour <= current; hour += 1) {
      const place = { app, hour };
      const before = await this.store.findPart(place, REGISTRY_SOURCE);
      const level = hour === current ? active : (before?.active ?? []);
      const part: StatPart = { ...place, source: REGISTRY_SOURCE, rows: await this.rowsOf(app, hour), active: level };
      if (JSON.stringify(part) === JSON.stringify(before) || (!before && part.rows.length === 0 && level.length === 0)) continue;
      if ((await this.store.findHour(place))?.sealed === true) continue;
      await this.store.savePart(part);
      await this.statistics.mark(place);
    }
  }

  /** What the ledger says of an hour. */
  async rowsOf(app: string, hour: number): Promise<StatRow[]> {
    const sum = new StatSum();
    for (let after: TokenTurn | undefined; ;) {
      const turns = await this.ledger.turns(app, { from: hour * HOUR_MS, to: (hour + 1) * HOUR_MS }, turnsAtOnce, after);
      const ids = [...new Set(turns.map(({ installationId }) => installationId))].sort();
      const found = await this.installations.readRecipients({ app, ids, extras: new Set() });
      const platforms = new Map(ids.map((id, place) => [id, found.isThere(place) ? found.platform(place) : null]));
      const platformOf = ({ installationId }: TokenTurn) => platforms.get(installationId) ?? null;
      const comebacks = await this.uninstalls.comebacks(
        app,
        turns.filter((turn) => isNew(turn)),
      );
      const gone = turns.filter((turn) => countsOf(turn, platformOf(turn)).uninstalled === 1);
      const before = await this.uninstalls.campaignsBefore(app, gone);
      for (const turn of turns) {
        const group = { provider: turn.provider, platform: platformOf(turn), reason: null };
        const counts = countsOf(turn, group.platform);
        sum.add({ ...group, campaign: null, variant: null }, comebacks.has(turn.id) ? { ...counts, reinstalled: 1 } : counts);
        for (const of of before.get(turn.id) ?? []) sum.add({ ...group, ...of }, { uninstalledAfter: 1 });
      }
      after = turns.at(-1);
      if (turns.length < turnsAtOnce) return sum.rows();
    }
  }
}

function isNew({ event, previous }: TokenTurn): boolean {
  return event !== 'invalidated' && !previous;
}

function countsOf({ event, reason, previous }: TokenTurn, platform: string | null): StatCounts {
  if (event === 'invalidated') return { tokensRemoved: 1, ...(saysUninstalled(platform, reason ?? '') && { uninstalled: 1 }) };
  if (!previous) return { newInstallations: 1 };
  return previous.event === 'invalidated' && saysUninstalled(platform, previous.reason ?? '') ? { reinstalled: 1 } : {};
}
