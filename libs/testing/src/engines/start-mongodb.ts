import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { engineFiles, packageFile } from './engine-files.ts';
import { startEngine, type Engine, freePort } from './engine-process.ts';
import type { EngineOptions } from './start-kafka.ts';

/**
 * A server that speaks MongoDB's protocol (mongo-java-server on H2); no MongoDB. Its indexes are ours, in memory: they serve values,
 * ranges and sorts, but none with an array among its keys, and no `$or`. No transactions, change streams or pipelines in updates; `w: majority`
 * means nothing to it, and a `kill -9` may lose its last second. Throws EngineUnavailable.
 */
export async function startMongodb({ folder, port: wanted }: EngineOptions): Promise<Engine> {
  const jars = join(await engineFiles('mongodb', 'copy'), '*');
  const port = wanted ?? (await freePort());
  mkdirSync(folder, { recursive: true });
  const options = ['-Xmx2g', '-cp', jars, packageFile('java', 'MongodbServer.java'), String(port), join(folder, 'data.h2')];
  return startEngine({ engine: 'The MongoDB-protocol server', program: 'java', options, port, cwd: folder });
}
