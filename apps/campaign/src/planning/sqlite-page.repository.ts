import type { DomainEvent } from '#libs/events';
import type { SqliteEventLog } from '#libs/messaging';
import { insertPage, lastPageHeader, type Page, type PageHeader } from '#libs/sends';
import { isUniqueClash, type SqliteStore } from '#libs/storage';
import { PageRepository } from './page.repository.ts';

export class SqlitePageRepository extends PageRepository {
  constructor(
    private readonly store: SqliteStore,
    private readonly log: SqliteEventLog,
  ) {
    super();
  }

  async last(sendId: string, slice: number): Promise<PageHeader | undefined> {
    return lastPageHeader(this.store, sendId, slice);
  }

  async insert(page: Page, events: readonly DomainEvent[]): Promise<boolean> {
    try {
      await this.store.write(() => {
        insertPage(this.store, page);
        this.log.append(events);
      });
      return true;
    } catch (error) {
      if (isUniqueClash(error)) return false;
      throw error;
    }
  }
  async dropOfSend(sendId: string, limit: number): Promise<number> {
    const drop = 'DELETE FROM pages WHERE rowid IN (SELECT rowid FROM pages WHERE send_id = ? LIMIT ?)';
    return Number((await this.store.write(() => this.store.sql(drop).run(sendId, limit))).changes);
  }
}
