import type { AppRepository } from '#libs/access';
import type { AppStore, PersonalRecords } from '#libs/registry';

/** Every store of feedback, and what it notes for people and devices. What is asked for most often goes first: deliveries before the webhook whose secret signs them. */
export const APP_STORES: readonly AppStore[] = [
  { name: 'webhook_deliveries', by: 'field' },
  { name: 'webhooks', by: 'field' },
  { name: 'activity', by: 'field' },
  { name: 'dead_letters', by: 'field' },
  { name: 'hourly_files', by: 'key' },
  { name: 'receipts', by: 'key part' },
  { name: 'receipt_counts', by: 'key part' },
  { name: 'conversions', by: 'field' },
  { name: 'user_engagements', by: 'key part' },
  { name: 'frequency_marks', by: 'key part' },
  { name: 'stat_marks', by: 'key part' },
  { name: 'stat_parts', by: 'field' },
  { name: 'stat_hours', by: 'field' },
];

const appsAtOnce = 20;
const documentsAtOnce = 500;
/** Documents that one call removes at most; the next one goes on with the same app. */
const MAX_REMOVED = 20_000;

/**
 * What apps leave behind when they are deleted goes, some at a time. Nothing is noted of how far it came, so that a crash leaves nothing to mend, and an app is
 * looked at again and again: what handlers were still writing when it was deleted goes in a later round.
 */
export class ClearDeletedApps {
  /** The last app that nothing was left of; undefined: begin anew. */
  #place: string | undefined;

  constructor(
    private readonly apps: AppRepository,
    private readonly records: PersonalRecords,
  ) {}

  /** Answers how many documents went. Throws DependencyUnavailable. */
  async execute(): Promise<number> {
    const deleted = await this.apps.listDeleted(this.#place, appsAtOnce);
    let removed = 0;
    for (const app of deleted) {
      removed += await this.#clear(app, MAX_REMOVED - removed);
      if (removed >= MAX_REMOVED) return removed;
      this.#place = app;
    }
    if (deleted.length < appsAtOnce) this.#place = undefined;
    return removed;
  }

  async #clear(app: string, max: number): Promise<number> {
    let removed = 0;
    for (const store of APP_STORES) {
      for (let gone = documentsAtOnce; gone === documentsAtOnce && removed < max; removed += gone)
        gone = await this.records.removeOfApp(store, app, documentsAtOnce);
    }
    return removed;
  }
}
