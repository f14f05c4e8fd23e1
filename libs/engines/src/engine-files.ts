import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { EngineUnavailable } from './engine-errors.ts';

/** `kafka`, `mongodb`, `redis`: the names of the descriptions in `maven/`. */
export type EngineName = 'kafka' | 'mongodb' | 'redis';

/** `copy` keeps jars as they are, `unpack` opens them. */
type Goal = 'copy' | 'unpack';

/** Where servers are kept between runs. */
export const defaultCache: string = join(homedir(), '.cache', 'carillon', 'engines');

const goals: Readonly<Record<Goal, readonly string[]>> = {
  copy: ['dependency:copy-dependencies'],
  unpack: ['dependency:unpack-dependencies'],
};

/**
 * The folder with the jars that a description asks for, fetched through Maven once for each content of the description.
 * Throws EngineUnavailable without Java or Maven, or when Maven cannot fetch them.
 */
export async function engineFiles(engine: EngineName, goal: Goal, cache: string = defaultCache): Promise<string> {
  const description = packageFile('maven', `${engine}.xml`);
  const content = createHash('sha256').update(readFileSync(description)).digest('hex').slice(0, 12);
  const folder = join(cache, `${engine}-${content}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(`${folder}-`);
  const maven = ['--batch-mode', '--quiet', '--file', description, ...goals[goal], `-DoutputDirectory=${unfinished}`];
  const trouble = await run('mvn', maven);
  if (trouble !== undefined) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new EngineUnavailable(engine, trouble);
  }
  if (existsSync(folder)) rmSync(unfinished, { recursive: true, force: true });
  else renameSync(unfinished, folder); // another process may do the same meanwhile
  return folder;
}

/** A file of this lib that no compiler copies, found upwards from wherever this code runs. */
export function packageFile(...path: string[]): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return join(folder, 'libs', 'engines', ...path);
}

/** Undefined when it went well, else why not. */
async function run(program: string, options: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(program, options, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => (said = `${said}${data.toString()}`.slice(-2_000)));
    child.once('error', () => {
      resolve(`there is no ${program}; install Java 17 or later and Maven`);
    });
    child.once('close', (code) => {
      resolve(code === 0 ? undefined : `${program} ended with ${code}: ${said.trim()}`);
    });
  });
}
