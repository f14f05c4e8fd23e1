// "Why did this device not get that send": over HTTP, one after the other, for installations and users all over a finished broadcast.
// `node dist/bench/explain.js [installations]`, 100,000 unless said.
import { manyAtOnce } from './support/load.ts';
import { BenchPlatform } from './support/platform.ts';
import { percentile, report } from './support/report.ts';

const installations = Number(process.argv[2] ?? 100_000);
const questions = 1_000;
const platform = await BenchPlatform.start();
try {
  await platform.register(installations);
  const { sendId, counts } = await platform.broadcast();
  const explain = (query: string) => platform.call<{ outcome: string }>('GET', `/sends/${sendId}/explain?${query}`);
  const one = (index: number) => Math.floor((index * installations) / questions);
  const outcomes = new Map<string, number>();
  const ofInstallations = await manyAtOnce(
    questions,
    async (index) => {
      const { outcome } = await explain(`installation=phone-${one(index)}`);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    },
    1,
  );
  const ofUsers = await manyAtOnce(questions, (index) => explain(`user=user-${one(index)}`), 1);
  const ofNobody = await manyAtOnce(questions, (index) => explain(`installation=nobody-${index}`), 1);
  report('explain', {
    installations,
    'accepted by the simulators': counts.accepted,
    'explained as accepted, of 1,000': outcomes.get('accepted') ?? 0,
    'an installation, p50 ms': percentile(ofInstallations.latenciesMs, 0.5),
    'an installation, p99 ms': percentile(ofInstallations.latenciesMs, 0.99),
    'a user, p99 ms': percentile(ofUsers.latenciesMs, 0.99),
    'an installation that is not there, p99 ms': percentile(ofNobody.latenciesMs, 0.99),
  });
} finally {
  await platform.stop();
}
