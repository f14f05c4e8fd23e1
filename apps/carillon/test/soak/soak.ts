import { setTimeout as pause } from 'node:timers/promises';
import { SeededRandom } from '../crash/seeded-random.ts';
import { Simulators } from '../crash/simulators.ts';
import { registerCrowd } from '../support/crowd.ts';
import { Platform } from '../support/platform.ts';
import { Shop, addUp } from '../support/shop.ts';
import { growth, measure, type Growth, type Sample } from './measure.ts';
import { SoakLoad } from './soak-load.ts';

const phones = 2_000;
const samples = 60;
/** What is forgotten is so after this share of the run: the last two thirds show a platform that forgets as much as it takes in. */
const keptShare = 0.12;
const secondsOfDay = 86_400;

export interface SoakReport {
  readonly samples: readonly Sample[];
  readonly growth: readonly Growth[];
  /** What must not be, in sentences. */
  readonly problems: readonly string[];
  readonly sends: number;
}

/** Mixed load and faults for so many minutes on a platform of its own; tells each sample as it is taken. */
export async function soak(minutes: number, tell: (sample: Sample) => void): Promise<SoakReport> {
  const simulators = await Simulators.start({ SIMULATOR_FCM_DEVICE_PER_MINUTE: '0', SIMULATOR_LEDGER_RECORDS: '1000' });
  const keptDays = String((minutes * 60 * keptShare) / secondsOfDay);
  const platform = await Platform.prepare({
    CARILLON_DEMO: 'false',
    SIMULATOR: `external:${simulators.url}`,
    SEND_RETENTION_DAYS: keptDays,
    LOG_RETENTION_DAYS: keptDays,
  });
  try {
    await platform.run();
    return await soaked(platform, simulators, minutes, tell);
  } finally {
    await platform.end();
    await simulators.end();
  }
}

async function soaked(platform: Platform, simulators: Simulators, minutes: number, tell: (sample: Sample) => void): Promise<SoakReport> {
  const shop = await Shop.open(platform, 'soak');
  await registerCrowd(shop, 'phone', phones);
  const load = new SoakLoad(shop, simulators, phones, new SeededRandom(1));
  const running = load.run();
  const taken = await Promise.race([sampled(platform, minutes * 60, tell), running.then(() => [])]);
  load.end();
  await running;
  const measured = growth(taken);
  const problems = [...(await left(shop, load)), ...measured.filter(({ isFlat }) => !isFlat).map(sentence)];
  const code = await platform.stop();
  if (code !== 0) problems.push(`it ended with ${code ?? 'a signal'}`);
  return { samples: taken, growth: measured, problems, sends: load.sendIds.length };
}

async function sampled(platform: Platform, seconds: number, tell: (sample: Sample) => void): Promise<Sample[]> {
  const taken: Sample[] = [];
  const since = performance.now();
  for (let n = 1; n <= samples; n += 1) {
    await pause(Math.max(0, since + (n * seconds * 1_000) / samples - performance.now()));
    const sample = await measure(platform, (performance.now() - since) / 1_000);
    tell(sample);
    taken.push(sample);
  }
  return taken;
}

/** Every send ends and adds up, and nothing lies with the dead letters. */
async function left(shop: Shop, { sendIds }: SoakLoad): Promise<string[]> {
  const problems: string[] = [];
  for (const sendId of sendIds) {
    const { state, counts } = await shop.finished(sendId, 120_000);
    if (state !== 'done' || counts.remaining !== 0 || !addUp(counts))
      problems.push(`the send ${sendId} is ${state}: ${JSON.stringify(counts)}`);
  }
  const { body } = await shop.call<{ items: { topic: string; code: string; reason: string }[] }>('GET', '/dead-letters');
  return [...problems, ...body.items.map(({ topic, code, reason }) => `a dead letter lies in ${topic}: ${code} ${reason}`)];
}

function sentence({ measure: name, middle, last }: Growth): string {
  return `${name} grows: ${middle.toFixed(1)} in the middle third, ${last.toFixed(1)} in the last`;
}
