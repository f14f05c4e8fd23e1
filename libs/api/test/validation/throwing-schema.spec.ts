import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { z } from 'zod';
import { validated } from '../../src/validation/validation-pipe.ts';

const thrown = new TypeError('a fault of ours');
const faulty = z.strictObject({ name: z.string() }).superRefine(() => {
  throw thrown;
});

describe('a schema whose refinement throws', () => {
  it('fails the call with what was thrown', () => {
    expect(() => validated({ name: 'kim' }, { type: 'body', schema: faulty, data: undefined })).toThrow(thrown);
  });

  it('ends no process', async () => {
    // In a process of its own: the one that tests run in hears of no rejection.
    const script = `
      const { z } = await import('zod');
      const { validated } = await import('./dist/libs/api/src/validation/validation-pipe.js');
      const schema = z.string().superRefine(() => { throw new Error('a fault of ours'); });
      try { validated('kim', { type: 'body', schema }); } catch (error) { console.log(error.message); }
      setTimeout(() => console.log('alive'), 50);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (text: Buffer) => (said += text.toString()));

    const [code] = (await once(child, 'close')) as [number];

    expect([said, code]).toEqual(['a fault of ours\nalive\n', 0]);
  });
});
