import { SqliteFrequencyMarks } from '#libs/registry';
import { SqlitePageRepository } from '#libs/sends/page/writing';
import { SqliteResultRepository } from '#libs/sends/result/writing';
import { SqliteSendRepository } from '#libs/sends/send/writing';
import { openStore } from '../../src/opened-store.contract.ts';
import { frequencyCapsContract } from '../../src/planning/frequency-caps.contract.ts';

frequencyCapsContract('SQLite', 40, async () => {
  const { store, clock, log } = openStore();
  const results = new SqliteResultRepository(store, log);
  return {
    clock,
    marks: new SqliteFrequencyMarks(store),
    sends: new SqliteSendRepository(store, log),
    pages: new SqlitePageRepository(store, log),
    results,
    settle: (result) => results.save(result, []),
  };
});
