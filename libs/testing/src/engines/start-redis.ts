import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EngineUnavailable, startEngine, type Engine, freePort } from './engine-process.ts';
import { engineFiles } from './engine-files.ts';
import type { EngineOptions } from './start-kafka.ts';

const binaries: Readonly<Record<string, string>> = {
  'linux-x64': 'redis-server-6.2.6-v5-linux-amd64',
  'linux-arm64': 'redis-server-6.2.7-linux-arm64',
  'darwin-x64': 'redis-server-6.2.6-v5-darwin-amd64',
  'darwin-arm64': 'redis-server-6.2.6-v5-darwin-arm64',
};

export interface RedisOptions extends EngineOptions {
  /** `noeviction` unless said. */
  readonly maxmemoryPolicy?: string;
}

/** A Redis 6.2 that writes nothing to disk. Throws EngineUnavailable. */
export async function startRedis({ folder, port: wanted, maxmemoryPolicy = 'noeviction' }: RedisOptions): Promise<Engine> {
  const binary = binaries[`${process.platform}-${process.arch}`];
  if (binary === undefined) throw new EngineUnavailable('Redis', `no binary for ${process.platform} on ${process.arch} is known`);
  const program = join(await engineFiles('redis', 'unpack'), binary);
  chmodSync(program, 0o700);
  const port = wanted ?? (await freePort());
  mkdirSync(folder, { recursive: true });
  const settings = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--maxmemory-policy', maxmemoryPolicy];
  return startEngine({ engine: 'Redis', program, options: ['--port', String(port), ...settings], port, cwd: folder });
}
