import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ADMIN_KEY, type Platform } from './platform.ts';

const minutes = 60_000;
const documented = 'http://127.0.0.1:8080';

/** A page of docs/ that a reader follows to the letter: what it has them type, in its order. */
export class Guide {
  readonly commands: readonly string[];

  constructor(page: string) {
    const text = readFileSync(page, 'utf8');
    this.commands = [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block);
  }

  /**
   * Types all of it in one shell, in a folder that stands for the clone, against a platform that runs elsewhere than a reader's. Answers the JSON that was printed, line by line.
   * `change`: what else of the page a machine of tests has elsewhere.
   */
  async play(
    platform: Platform,
    clone: string,
    change: (script: string) => string = (script) => script,
  ): Promise<readonly Record<string, unknown>[]> {
    mkdirSync(join(clone, 'data'), { recursive: true });
    writeFileSync(join(clone, 'data/admin.key'), `${ADMIN_KEY}\n`);
    const script = change(this.commands.join('\n').replace(documented, platform.url));
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], { cwd: clone, timeout: 2 * minutes });
    return stdout.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>); // prettier-ignore
  }
}
