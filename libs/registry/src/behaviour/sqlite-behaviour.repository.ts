import { StaleRevision } from '#libs/kernel';
import type { SqliteStore } from '#libs/storage';
import type { SQLOutputValue } from 'node:sqlite';
import { TooManyEventNames } from '../registry-errors.ts';
import { registryMigrations } from '../registry.migrations.ts';
import { BehaviourRepository } from './behaviour.repository.ts';
import {
  counted,
  MAX_EVENT_NAMES,
  uncounted,
  withMerged,
  type CountedRollup,
  type EventRollup,
  type TrackedEvent,
  type UserEvents,
} from './behaviour.ts';

const isThere = 'SELECT 1 FROM users WHERE app = ? AND user_id = ? AND merged_into IS NULL';
const read = 'SELECT rollup, recent FROM user_events WHERE app = ? AND user_id = ? AND name = ?';
const names = 'SELECT count(*) AS n FROM user_events WHERE app = ? AND user_id = ?';
const write = 'INSERT OR REPLACE INTO user_events (app, user_id, name, rollup, recent) VALUES (?, ?, ?, ?, ?)';
const ofUser = 'SELECT name, rollup, recent FROM user_events WHERE app = ? AND user_id = ? ORDER BY name';
const ofUsers = `
  SELECT user_id, name, rollup FROM json_each(?2) AS asked CROSS JOIN json_each(?3) AS named
  CROSS JOIN user_events ON app = ?1 AND user_id = asked.value AND name = named.value`;
const removeOf = 'DELETE FROM user_events WHERE app = ? AND user_id = ?';

export class SqliteBehaviourRepository extends BehaviourRepository {
  constructor(private readonly store: SqliteStore) {
    super();
    store.migrate(registryMigrations);
  }

  async count(app: string, userId: string, events: readonly TrackedEvent[]): Promise<readonly boolean[]> {
    return this.store.write(() => {
      if (!this.store.sql(isThere).get(app, userId)) throw new StaleRevision(userId);
      return events.map((event) => {
        const stored = this.#read(app, userId, event.name);
        const next = counted(stored, event);
        if (!next) return false;
        if (!stored && this.#names(app, userId) >= MAX_EVENT_NAMES) throw new TooManyEventNames();
        this.#write(app, userId, event.name, next);
        return true;
      });
    });
  }

  async uncounted(app: string, userId: string, events: readonly TrackedEvent[]): Promise<readonly TrackedEvent[]> {
    const recent = new Map<string, readonly string[]>();
    for (const name of new Set(events.map((event) => event.name))) {
      const stored = this.#read(app, userId, name);
      if (stored) recent.set(name, stored.recent);
    }
    return uncounted(recent, this.#names(app, userId), events);
  }

  async ofUser(app: string, userId: string): Promise<UserEvents> {
    const rows = this.store.sql(ofUser).all(app, userId);
    return Object.fromEntries(rows.map((row) => [row['name'] as string, rollupFrom(row['rollup'])]));
  }

  async ofUsers(app: string, userIds: readonly string[], asked: readonly string[]): Promise<ReadonlyMap<string, UserEvents>> {
    const found = new Map<string, Record<string, EventRollup>>();
    for (const row of this.store.sql(ofUsers).all(app, JSON.stringify(userIds), JSON.stringify(asked))) {
      const userId = row['user_id'] as string;
      const events = found.get(userId) ?? {};
      events[row['name'] as string] = rollupFrom(row['rollup']);
      found.set(userId, events);
    }
    return found;
  }

  async move(app: string, fromUserId: string, toUserId: string): Promise<void> {
    await this.store.write(() => {
      for (const row of this.store.sql(ofUser).all(app, fromUserId)) {
        const name = row['name'] as string;
        const next = withMerged(this.#read(app, toUserId, name), countedFrom(row), `moved:${fromUserId}`);
        if (next) this.#write(app, toUserId, name, next);
      }
      this.store.sql(removeOf).run(app, fromUserId);
    });
  }

  async removeOf(app: string, userId: string): Promise<number> {
    return this.store.write(() => Number(this.store.sql(removeOf).run(app, userId).changes));
  }

  #names(app: string, userId: string): number {
    return Number(this.store.sql(names).get(app, userId)?.['n']);
  }

  #read(app: string, userId: string, name: string): CountedRollup | undefined {
    const row = this.store.sql(read).get(app, userId, name);
    return row && countedFrom(row);
  }

  #write(app: string, userId: string, name: string, { recent, ...rollup }: CountedRollup): void {
    this.store.sql(write).run(app, userId, name, JSON.stringify(rollup), JSON.stringify(recent));
  }
}

function countedFrom(row: Readonly<Record<string, SQLOutputValue>>): CountedRollup {
  return { ...rollupFrom(row['rollup']), recent: JSON.parse(row['recent'] as string) as string[] };
}

function rollupFrom(text: SQLOutputValue | undefined): EventRollup {
  return JSON.parse(text as string) as EventRollup;
}
