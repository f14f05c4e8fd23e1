import { Registry, aLedgerLine, anInstallation, app, type OpenRegistry } from '../opened-registry.contract.ts';
import type { ExportJob } from './export-job.ts';

const job: ExportJob = {
  id: 'e1', app, revision: 1, what: 'users', format: 'ndjson', tags: null, withTokens: false, recipient: null, state: 'running', failure: null, rows: 0,
  bytes: null, createdAt: 5, finishedAt: null, leaseUntil: 0,
}; // prettier-ignore

async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

/** What exports read, and how they are kept, on every store. */
export function exportContract(adapter: string, open: OpenRegistry): void {
  describe(`${adapter}: exports`, () => {
    it('keeps a job for the process that has it, until it says nothing any more', async () => {
      const { exports } = await open();
      await exports.insert(job);
      expect(await exports.findRunning(0)).toEqual(job);

      await exports.save({ ...job, revision: 2, leaseUntil: 10 });

      await expect(exports.save({ ...job, revision: 2 })).rejects.toThrow();
      expect(await exports.findRunning(9)).toBeUndefined();
      expect(await exports.findRunning(10)).toMatchObject({ id: 'e1', revision: 2 });
      expect([await exports.countRunning(app), await exports.countRunning('other')]).toEqual([1, 0]);
      expect(await exports.findById('other', 'e1')).toBeUndefined();
      expect(await exports.findOld(5, 10)).toEqual([]);
      const [old] = await exports.findOld(6, 10);
      if (old) await exports.remove(old);
      expect(await exports.findById(app, 'e1')).toBeUndefined();
    });

    it('reads every line of the ledger, those of an installation together', async () => {
      const opened = await open();
      const registry = new Registry(opened);
      for (const id of ['a', 'b']) {
        const installation = anInstallation(id);
        const lines = Array.from({ length: 600 }, (_, n) => aLedgerLine(installation, { id: `${id}:${n}`, at: n }));
        await opened.installations.save(installation, [], lines.slice(0, 150));
        for (let from = 150; from < lines.length; from += 150) {
          const current = await registry.installation(id);
          await opened.installations.save({ ...current, revision: current.revision + 1 }, [], lines.slice(from, from + 150));
        }
      }

      const found = await all(opened.exports.ledger(app));

      expect(new Set(found.map(({ id }) => id)).size).toBe(1_200);
      expect(found.map(({ installationId }) => installationId).join('')).toBe('a'.repeat(600) + 'b'.repeat(600));
      expect(await all(opened.exports.ledger('other'))).toEqual([]);
    });
  });
}
