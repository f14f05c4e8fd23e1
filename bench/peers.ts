// What a message costs the libraries that others send with, our transport, and the whole platform: rounds in turn, one sink that looks at every request.
// `node dist/bench/peers.js [messages] [rounds]`, 100,000 and 3 unless said. Libraries of others are fetched with npm; without a registry they are left out.
import { generateKeyPairSync } from 'node:crypto';
import { Unfetched } from '../scripts/interop/step.ts';
import { here, libraries, platforms, type Contestant } from './peers/contestants.ts';
import { SinkProcess } from './peers/sink-process.ts';
import type { Task } from './peers/task.ts';
import { percentile, report } from './support/report.ts';

interface Turn {
  readonly micros: number;
  readonly perSecond: number;
  readonly peakRssMb: number;
}

const messages = Number(process.argv[2] ?? 100_000);
const rounds = Number(process.argv[3] ?? 3);
const warmUp = Math.ceil(messages / 2);
const sink = await SinkProcess.start();
const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
const task: Task = { host: '127.0.0.1', port: sink.port, ca: sink.ca, key, warmUp, messages, text: 'each' };
const told = new Map<string, Turn[]>();
const contestants: Contestant[] = [];
try {
  contestants.push(...(await libraries().catch(leftOut)), ...here);
  const ours = await platforms(task);
  contestants.push(...ours);
  // The first send of each kind meets code that was never run, and is not counted: the others warm themselves.
  for (const one of ours) await one.run(task);
  await sink.seen();
  for (let round = 0; round < rounds; round += 1) for (const one of contestants) await takeTurn(one, ours.includes(one) ? 0 : warmUp);
  report('peers', Object.fromEntries([...told].flatMap(([name, all]) => figuresOf(name, all))));
  console.log(tableOf(contestants.map(({ name }) => name)));
} finally {
  for (const one of contestants) await one.stop?.();
  sink.stop();
}

function leftOut(error: unknown): readonly Contestant[] {
  if (!(error instanceof Unfetched)) throw error;
  console.log(`Libraries of others are left out: ${error.message}`);
  return [];
}

/** Throws where the sink did not see every message once, each with a token of its own. */
async function takeTurn(one: Contestant, warmedWith: number): Promise<void> {
  const count = messages * one.times;
  const result = await one.run({ ...task, messages: count });
  const seen = await sink.seen();
  const sent = count + warmedWith;
  if (seen.bad > 0 || seen.tokens !== sent || seen.requests !== sent || !one.isRight(seen))
    throw new Error(`${one.name}: of ${sent} messages the sink saw ${JSON.stringify(seen)}`);
  const { cpuMicros, seconds, peakRssMb } = result;
  told.set(one.name, [...(told.get(one.name) ?? []), { micros: cpuMicros / count, perSecond: count / seconds, peakRssMb }]);
}

function median(name: string, figure: 'micros' | 'perSecond'): number {
  return percentile((told.get(name) ?? []).map((turn) => turn[figure]), 0.5); // prettier-ignore
}

function figuresOf(name: string, turns: readonly Turn[]): [string, number | string][] {
  return [
    [`${name}: CPU, µs a message (median)`, median(name, 'micros')],
    [`${name}: of each round`, turns.map(({ micros }) => micros.toFixed(2)).join(' · ')],
    [`${name}: messages a second (median)`, median(name, 'perSecond')],
    [`${name}: peak resident memory, MB`, Math.max(...turns.map(({ peakRssMb }) => peakRssMb))],
  ];
}

/** As README and docs quote it; the first is what the others are compared with. */
function tableOf(names: readonly string[]): string {
  const rows = names.map((name) => {
    const micros = median(name, 'micros');
    const ratio = median(names[0] ?? name, 'micros') / micros;
    return `| ${name} | ${micros.toFixed(1)} | ${Math.round(median(name, 'perSecond')).toLocaleString('en-GB')} | ${ratio.toFixed(1)} |`;
  });
  return [
    '| who | CPU, µs a message | messages a second | CPU of the first, in times of its own |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
