import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { EngineUnavailable, startEngine, type Engine, freePort } from './engine-process.ts';
import { prometheusTools } from './prometheus-tools.ts';

export interface PrometheusOptions {
  /** For its configuration and data. */
  readonly folder: string;
  /** `HOST:PORT` of what it scrapes, each second, as job `carillon`. */
  readonly target: string;
  /** Files of alert rules. */
  readonly rules: readonly string[];
}

const readyWithinMs = 120_000;
const everyMs = 50;

/** A Prometheus that scrapes one process each second and keeps exemplars. Throws EngineUnavailable. */
export async function startPrometheus({ folder, target, rules }: PrometheusOptions): Promise<Engine> {
  const { prometheus } = await prometheusTools();
  const port = await freePort();
  mkdirSync(folder, { recursive: true });
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: rules,
    scrape_configs: [{ job_name: 'carillon', static_configs: [{ targets: [target] }] }],
  };
  const file = join(folder, 'prometheus.yml');
  writeFileSync(file, JSON.stringify(config)); // every JSON text is YAML
  const options = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--enable-feature=exemplar-storage',
  ];
  const engine = await startEngine({ engine: 'Prometheus', program: prometheus, options, port, cwd: folder });
  if (await answersQuestions(engine.address)) return engine;
  await engine.stop();
  throw new EngineUnavailable('Prometheus', `it was not ready within ${readyWithinMs / 1_000} s`);
}

/** It takes connections before it can answer. */
async function answersQuestions(address: string): Promise<boolean> {
  const until = performance.now() + readyWithinMs;
  while (performance.now() < until) {
    const { ok } = await fetch(`http://${address}/-/ready`, { signal: AbortSignal.timeout(60_000) });
    if (ok) return true;
    await setTimeout(everyMs);
  }
  return false;
}
