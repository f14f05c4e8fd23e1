import { StaleRevision } from '#libs/kernel';
import { isUniqueClash, type SqliteStore } from '#libs/storage';
import type { AuditLine } from '../audit/audit-line.ts';
import { appendAuditLine } from '../audit/sqlite-audit-log.ts';
import { HaltRepository, MAX_HALTS, haltIdOf } from './halt.repository.ts';
import type { Halt, HaltedPart } from './halt.ts';

const inForce = 'SELECT document FROM halts WHERE is_on = 1 LIMIT ?';

export class SqliteHaltRepository extends HaltRepository {
  constructor(private readonly store: SqliteStore) {
    super();
  }

  async find(part: HaltedPart): Promise<Halt | undefined> {
    const row = this.store.sql('SELECT document FROM halts WHERE id = ?').get(haltIdOf(part));
    return row && haltOf(row);
  }

  async inForce(): Promise<readonly Halt[]> {
    return this.store.sql(inForce).all(MAX_HALTS).map(haltOf);
  }

  async save(halt: Halt, audit: AuditLine): Promise<void> {
    try {
      await this.store.write(() => {
        this.#save(halt);
        appendAuditLine(this.store, audit);
      });
    } catch (error) {
      throw isUniqueClash(error) ? new StaleRevision(`the halt of ${haltIdOf(halt)}`, { cause: error }) : error;
    }
  }

  #save(halt: Halt): void {
    const [id, isOn, document] = [haltIdOf(halt), halt.isOn ? 1 : 0, JSON.stringify(halt)];
    if (halt.revision === 1) {
      this.store.sql('INSERT INTO halts (id, revision, is_on, document) VALUES (?, 1, ?, ?)').run(id, isOn, document);
      return;
    }
    const { changes } = this.store
      .sql('UPDATE halts SET revision = ?, is_on = ?, document = ? WHERE id = ? AND revision = ?')
      .run(halt.revision, isOn, document, id, halt.revision - 1);
    if (changes === 0) throw new StaleRevision(`the halt of ${id}`);
  }
}

function haltOf(row: Record<string, unknown>): Halt {
  return JSON.parse(String(row['document'])) as Halt;
}
