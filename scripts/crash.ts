// `npm run crash`: kills the platform at random moments and checks what is left. Round k has the seed N + k, so that a failing round can be played again.
import { enginesIn, startEngines } from '#libs/testing/engines';
import { atPoint, type Mishap } from '../apps/carillon/test/crash/mishap.ts';
import { pointsOf } from '../apps/carillon/test/crash/points.ts';
import { Rounds, type RoundReport } from '../apps/carillon/test/crash/round.ts';
import { SeededRandom } from '../apps/carillon/test/crash/seeded-random.ts';
import { World } from '../apps/carillon/test/crash/world.ts';
import { optionsOf } from './options.ts';

const help = `
npm run crash -- [OPTIONS]: kills the platform at random moments and checks what is left

  --rounds N         rounds to play; 20
  --seed N           of the first round, each next one has one more; 1. A failing round is played again with
                     --rounds 1 and the seed that it prints
  --installations N  to send to; 1500
  --point NAME       dies there in every round, such as p2.send.after; "all" is each point in turn
  --distributed      on Kafka, MongoDB and Redis: those that the environment names, or servers of its own`;
const values = optionsOf(help, {
  rounds: { type: 'string', default: '20' },
  seed: { type: 'string', default: '1' },
  installations: { type: 'string', default: '1500' },
  point: { type: 'string' },
  distributed: { type: 'boolean', default: false },
});
const passed = pointsOf(values.distributed ? 'distributed' : 'embedded');
const points = values.point === 'all' ? passed : passed.filter((point) => point === values.point);
if (values.point !== undefined && points.length === 0) {
  process.stderr.write(`No point is named ${values.point}. There are:\n  ${passed.join('\n  ')}\n`);
  process.exit(1);
}
const [rounds, seed, installations] = [values.point === 'all' ? passed.length : values.rounds, values.seed, values.installations].map(
  Number,
) as [number, number, number];

const interrupted = new AbortController();
process.once('SIGINT', () => {
  interrupted.abort(); // ends after this round, with everything that was started
});
const named = enginesIn(process.env);
const own = values.distributed && !named ? await startEngines() : undefined;
const engines = values.distributed ? (named ?? own?.addresses) : undefined;
const world = await World.open({ installations, seed, engines });
const reports: RoundReport[] = [];
try {
  const play = new Rounds(world);
  for (let round = 0; !interrupted.signal.aborted && round < rounds; round += 1) {
    const report = await play.play(seed + round, mishapOf(round));
    reports.push(report);
    process.stdout.write(`${line(report)}\n`);
    if (report.problems.length > 0)
      process.stdout.write(`  the platform’s last words:\n    ${world.platform.output.slice(-15).join('\n    ')}\n`);
  }
} finally {
  await world.close();
  await own?.stop();
}
const failed = reports.filter(({ problems }) => problems.length > 0);
process.stdout.write(`${reports.length - failed.length} rounds passed, ${failed.length} failed${failed.map((report) => `\n  npm run crash -- --rounds 1 --seed ${report.seed}`).join('')}\n`); // prettier-ignore
process.exitCode = failed.length === 0 ? 0 : 1;

/** Undefined: the one that the seed draws. */
function mishapOf(round: number): Mishap | undefined {
  const point = points[round % points.length];
  return point && atPoint(point, new SeededRandom(seed + round));
}

function line({ seed: own, mishap, messages, ms, problems }: RoundReport): string {
  const { kind, ...when } = mishap;
  const { accepted, told, inDoubt } = messages;
  const told_ = `${accepted} accepted, ${told} told, ${inDoubt} in doubt`;
  return [`seed ${own}  ${kind} ${JSON.stringify(when)}  ${told_}  ${(ms / 1000).toFixed(1)} s`, ...problems].join('\n  ');
}
