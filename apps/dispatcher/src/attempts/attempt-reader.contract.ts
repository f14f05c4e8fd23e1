import type { AttemptReader } from '#libs/sends';
import type { AttemptRepository } from './attempt.repository.ts';
import { aSubject, anAttempt } from '../../test/attempts/test-attempts.ts';

/** What any reader of attempts promises of what the repository beside it has stored. */
export function attemptReaderContract(
  adapter: string,
  open: () => Promise<{ readonly attempts: AttemptRepository; readonly reader: AttemptReader }>,
): void {
  describe(`${adapter} as a reader of attempts`, () => {
    it('finds the attempts at a batch, what is claimed, and windows that are open', async () => {
      const { attempts, reader } = await open();
      const first = anAttempt({ batchId: 's:0:000000:1' });
      await attempts.insert(first);
      await attempts.insert(anAttempt({ ...aSubject({ batchId: 's:0:000000:1' }), id: `${first.id}.0`, depth: 2 }));
      await attempts.insert({ ...anAttempt({ batchId: 's:0:000000:10' }), state: 'done' });

      expect((await reader.ofBatch('s:0:000000:1')).map(({ id }) => id)).toEqual([first.id, `${first.id}.0`]);
      expect(await reader.claimed(['s:0:000000:1', 's:0:000000:2'])).toEqual(new Set(['s:0:000000:1']));
      expect(await reader.openWindows('s')).toBe(2);
      expect((await reader.findById(first.id))?.batchId).toBe('s:0:000000:1');
      expect(await reader.findById('s:0:000000:2:1')).toBeUndefined();
    });
  });
}
