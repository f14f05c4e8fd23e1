import { existsSync, globSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EngineUnavailable } from './engine-process.ts';
import { defaultCache } from './engine-files.ts';
import { runTool } from './run-tool.ts';

/** Paths of the two programs. */
export interface PrometheusTools {
  readonly prometheus: string;
  readonly promtool: string;
}

const hint = 'put `prometheus` and `promtool` on the PATH';

/**
 * Prometheus and promtool: those on the PATH, else Debian's package, fetched with the system's apt and unpacked into the cache, for
 * which nobody need be root. Throws EngineUnavailable where there is neither.
 */
export async function prometheusTools(cache: string = defaultCache): Promise<PrometheusTools> {
  const onPath = { prometheus: 'prometheus', promtool: 'promtool' };
  if ((await trouble(onPath)) === undefined) return onPath;
  const folder = join(cache, `prometheus-${process.arch}`);
  if (!existsSync(folder)) await unpackPackage(cache, folder);
  const kept = { prometheus: join(folder, 'usr/bin/prometheus'), promtool: join(folder, 'usr/bin/promtool') };
  const why = await trouble(kept);
  if (why !== undefined) throw new EngineUnavailable('Prometheus', why);
  return kept;
}

async function trouble({ prometheus, promtool }: PrometheusTools): Promise<string | undefined> {
  return (await runTool(prometheus, ['--version'], { hint })) ?? runTool(promtool, ['--version'], { hint });
}

async function unpackPackage(cache: string, folder: string): Promise<void> {
  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(`${folder}-`);
  const content = join(unfinished, 'content');
  const why = (await download(unfinished)) ?? (await unpack(unfinished, content));
  if (why === undefined && !existsSync(folder)) renameSync(content, folder); // another process may do the same meanwhile
  rmSync(unfinished, { recursive: true, force: true });
  if (why !== undefined) throw new EngineUnavailable('Prometheus', why);
}

/** With the machine's own lists of packages, else with fresh ones in a place of our own. */
async function download(cwd: string): Promise<string | undefined> {
  const options = { hint, cwd };
  if ((await runTool('apt-get', ['download', 'prometheus'], options)) === undefined) return undefined;
  const lists = join(cwd, 'lists');
  mkdirSync(join(lists, 'partial'), { recursive: true });
  const own = ['-o', `Dir::State::lists=${lists}`, '-o', `Dir::Cache=${join(cwd, 'cache')}`, '-o', 'Debug::NoLocking=true'];
  return (await runTool('apt-get', [...own, 'update'], options)) ?? runTool('apt-get', [...own, 'download', 'prometheus'], options);
}

async function unpack(from: string, to: string): Promise<string | undefined> {
  const [archive] = globSync(join(from, 'prometheus_*.deb'));
  return archive === undefined ? 'apt-get brought no package' : runTool('dpkg-deb', ['-x', archive, to], { hint });
}
