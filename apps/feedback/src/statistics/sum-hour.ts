import { setImmediate as nextTurn } from 'node:timers/promises';
import { againWhenStale } from '#libs/kernel';
import { StatSum, boundedRows, type ActiveInstallations, type StatHour } from './statistics.ts';
import type { HourPlace, StatisticsStore } from './statistics.store.ts';

const conflicts = 10;
const partsAtOnce = 500;

/** Sums an hour from its parts. What is stored of it is read first: whoever adds a part meanwhile sums it again. */
export class SumHour {
  constructor(private readonly store: StatisticsStore) {}

  /** Safe to repeat; a sealed hour stays as it is. Throws DependencyUnavailable. */
  async execute(place: HourPlace, seal = false): Promise<void> {
    await againWhenStale(conflicts, async () => {
      const before = await this.store.findHour(place);
      if (before?.sealed === true) return;
      const next = { ...(await this.#sum(place)), revision: (before?.revision ?? 0) + 1, sealed: seal };
      if (!seal && before && isSame(before, next)) return;
      await this.store.saveHour(next);
    });
  }

  async #sum({ app, hour }: HourPlace): Promise<Omit<StatHour, 'revision' | 'sealed'>> {
    const sum = new StatSum();
    let active: readonly ActiveInstallations[] = [];
    for (let after = ''; ;) {
      const parts = await this.store.parts({ app, hour }, after, partsAtOnce);
      for (const part of parts) {
        sum.addAll(part.rows);
        active = part.active ?? active;
      }
      const last = parts.at(-1);
      if (!last || parts.length < partsAtOnce) return { app, hour, rows: boundedRows(sum.rows()), active };
      after = last.source;
      await nextTurn();
    }
  }
}

function isSame(one: StatHour, other: StatHour): boolean {
  return JSON.stringify([one.rows, one.active]) === JSON.stringify([other.rows, other.active]);
}
