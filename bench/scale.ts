// What a message costs with 10,000 and with 1,000,000 installations, plain and personalised, and what a registration costs beside a million others. The
// installations are put into the store by the benchmark itself. `node dist/bench/scale.js [sizes]`, 10000,100000,1000000 unless said.
import { fillStore } from './support/filled-store.ts';
import { manyAtOnce } from './support/load.ts';
import { messages, type MessageKind } from './support/messages.ts';
import { BenchPlatform } from './support/platform.ts';
import { percentile, report } from './support/report.ts';

const sizes = (process.argv[2] ?? '10000,100000,1000000').split(',').map(Number);
/** Small sends are repeated until code is compiled and a median means something. */
const messagesAKind = 200_000;
const registrations = 20_000;
const kinds = Object.keys(messages) as MessageKind[];
const figures: Record<string, number> = {};
const cost = new Map<string, number>();

for (const size of sizes) {
  const platform = await BenchPlatform.start();
  try {
    await platform.register(6); // one of each provider and language
    await platform.whileStopped((file) =>
      fillStore(
        file,
        'bench',
        [0, 1, 2, 3, 4, 5].map((index) => `phone-${index}`),
        size,
      ),
    );
    for (const kind of kinds) {
      const rounds = Math.max(1, Math.round(messagesAKind / size));
      const [micros, seconds]: [number[], number[]] = [[], []];
      for (let round = 0; round < rounds; round += 1) {
        const before = platform.usage();
        const startedAt = performance.now();
        const { counts } = await platform.broadcast(messages[kind]);
        seconds.push((performance.now() - startedAt) / 1000);
        micros.push(((platform.usage().cpuSeconds - before.cpuSeconds) / counts.accepted) * 1e6);
        if (counts.accepted !== size + 6) throw new Error(`${counts.accepted} of ${size + 6} were accepted`);
      }
      const median = percentile(micros.slice(Math.floor(rounds / 2)), 0.5); // the later half: code that is compiled
      cost.set(`${kind} ${size}`, median);
      figures[`${size.toLocaleString('en-GB')}, ${kind}: CPU of the platform, µs a message`] = median;
      figures[`${size.toLocaleString('en-GB')}, ${kind}: seconds from the call to done`] = percentile(seconds, 0.5);
    }
    figures[`${size.toLocaleString('en-GB')}: peak resident memory, MB`] = platform.usage().peakRssMb;
    const before = platform.usage();
    const fresh = await manyAtOnce(registrations, (index) => platform.registerOne(10 + index));
    figures[`${size.toLocaleString('en-GB')} there: new installations a second`] = fresh.perSecond;
    figures[`${size.toLocaleString('en-GB')} there: CPU of a new installation, µs`] =
      ((platform.usage().cpuSeconds - before.cpuSeconds) / registrations) * 1e6;
  } finally {
    await platform.stop();
  }
}
const [smallest, largest] = [Math.min(...sizes), Math.max(...sizes)];
for (const kind of kinds) {
  const ratio = (cost.get(`${kind} ${largest}`) ?? Number.NaN) / (cost.get(`${kind} ${smallest}`) ?? Number.NaN);
  figures[`${kind}: cost of a message, ${largest.toLocaleString('en-GB')} against ${smallest.toLocaleString('en-GB')}`] = ratio;
}
report('scale', figures);
