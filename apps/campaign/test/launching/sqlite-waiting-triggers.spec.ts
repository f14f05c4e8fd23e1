import { SqliteWaitingTriggers } from '../../src/launching/sqlite-waiting-triggers.ts';
import { waitingTriggersContract } from '../../src/launching/waiting-triggers.contract.ts';
import { openStore } from '../../src/opened-store.contract.ts';

waitingTriggersContract('SQLite', async () => new SqliteWaitingTriggers(openStore().store));

describe('a look for due triggers', () => {
  it('goes by an index that holds only what waits: 100,000 of them cost an idle tick nothing', () => {
    const { store } = openStore();
    const plan = store
      .sql(
        "EXPLAIN QUERY PLAN SELECT state, document FROM waiting_triggers WHERE state = 'waiting' AND due_at <= ? ORDER BY due_at LIMIT ?",
      )
      .all(1, 1);

    expect(plan.map(({ detail }) => detail)).toEqual(['SEARCH waiting_triggers USING INDEX waiting_triggers_due (due_at<?)']);
  });
});
