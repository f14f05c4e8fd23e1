import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { EngineUnavailable } from './engine-process.ts';
import { runTool } from './run-tool.ts';

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
  const trouble = await runTool('mvn', maven, { hint: 'install Java 17 or later and Maven' });
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
  return join(folder, 'libs', 'testing', ...path);
}
