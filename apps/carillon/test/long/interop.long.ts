import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { inForm } from './form.ts';

const minutes = 60_000;
const parts = inForm<readonly string[]>([], ['apns', 'fcm', 'webpush']);

describe('software of others', () => {
  it(
    'does with platform and simulators what their protocols document; what cannot be fetched is left out',
    async () => {
      const child = spawn(process.execPath, ['--enable-source-maps', 'dist/scripts/interop.js', ...parts], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const output = await Promise.all([text(child.stdout), once(child, 'close')]).then(([said]) => said);
      for (const line of output.split('\n')) if (line.startsWith('skipped')) process.stderr.write(`${line}\n`);

      expect(child.exitCode === 0 ? '' : output).toBe('');
      expect(output).toMatch(/^\d+ passed, 0 failed, \d+ skipped$/m);
    },
    30 * minutes,
  );
});
