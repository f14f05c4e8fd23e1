// What a filter, frequency caps and quiet hours cost a plan: a send to everyone, and one with all three, planned in turn by one process over one data file. CPU of the
// process for each message, and the ratio of both. `node dist/bench/planning.js [installations] [rounds]`, 50,000 and 4 unless said. In the first round nobody has a mark.
import { MemoryLiveEvents } from '#libs/coordination';
import { Fingerprinter, PushToken, SystemClock, SystemRandom, newId } from '#libs/kernel';
import { SqliteEventLog } from '#libs/messaging';
import {
  DEFAULT_REGISTRY_SETTINGS,
  RegisterInstallation,
  SqliteFrequencyMarks,
  SqliteInstallationRepository,
  SqliteUserRepository,
} from '#libs/registry';
import { PlannedMessages, SentMessages, newSlice, resultMigrations, sendsMigrations, type Send } from '#libs/sends';
import { SqlitePageRepository } from '#libs/sends/page/writing';
import { SqliteResultRepository } from '#libs/sends/result/writing';
import { SqliteSendRepository } from '#libs/sends/send/writing';
import { SqliteStore } from '#libs/storage';
import { aSend } from '#libs/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AcceptedRecipients } from '../apps/campaign/src/planning/accepted-recipients.ts';
import { Canary } from '../apps/campaign/src/planning/canary.ts';
import { FindCandidates } from '../apps/campaign/src/planning/find-candidates.ts';
import { FrequencyCaps } from '../apps/campaign/src/planning/frequency-caps.ts';
import { PlanNextPage } from '../apps/campaign/src/planning/plan-next-page.ts';
import { SentMarks } from '../apps/campaign/src/planning/sent-marks.ts';
import { UnpushedCandidates } from '../apps/campaign/src/planning/unpushed-candidates.ts';
import { SqliteSendTargets } from '../apps/campaign/src/send/sqlite-send-targets.ts';
import { fillStore } from './support/filled-store.ts';
import { percentile, report } from './support/report.ts';

const installations = Number(process.argv[2] ?? 50_000);
const rounds = Number(process.argv[3] ?? 4);
const app = 'demo';
const folder = mkdtempSync(join(tmpdir(), 'carillon-planning-'));
const file = join(folder, 'carillon.db');
const clock = new SystemClock();

const ruled: Partial<Send> = {
  audience: {
    kind: 'filter',
    filter: {
      and: [
        { device: 'platform', op: 'in', value: ['ios', 'android'] },
        { user: 'subscription', op: 'ne', value: 'unsubscribed' },
        { attr: 'points', op: 'gte', value: 0 },
        { not: { tag: 'staff' } },
        { lastSeen: { after: Date.UTC(2020, 0, 1) } },
      ],
    },
  },
  frequency: { labels: ['promo'], caps: [{ label: '*', max: rounds, per: 'P7D', by: 'user' }] },
  quietHours: { from: '22:00', to: '08:00', then: 'hold' },
};

try {
  await fill();
  const store = new SqliteStore({ file });
  const log = new SqliteEventLog(store, clock);
  const pages = new SqlitePageRepository(store, log);
  const [sends, results] = [new SqliteSendRepository(store, log), new SqliteResultRepository(store, log)];
  const plans = new PlannedMessages(pages, results);
  const accepted = new AcceptedRecipients(sends, pages, results);
  const planner = new PlanNextPage(
    pages,
    new FindCandidates(new SqliteInstallationRepository(store, log), new SqliteSendTargets(store), accepted),
    new Canary(clock, 0),
    new FrequencyCaps(new SqliteFrequencyMarks(store), new SentMarks(sends, plans)),
    new UnpushedCandidates(new SentMessages(sends, plans)),
    new MemoryLiveEvents(),
    clock,
  );
  await plan(planner, {}); // what is compiled and cached once is nobody's cost
  const figures: Record<string, number> = { installations };
  const ratios: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const everyone = await plan(planner, {});
    const limited = await plan(planner, ruled);
    ratios.push(limited / everyone);
    figures[`round ${round}: everyone, µs a message`] = everyone;
    figures[`round ${round}: filter, caps, quiet hours, µs`] = limited;
    figures[`round ${round}: ratio`] = limited / everyone;
  }
  report('planning', { ...figures, 'ratio, median': percentile(ratios, 0.5) });
  store.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Plans a send to its end; answers the CPU that each of its messages cost, µs. */
async function plan(planner: PlanNextPage, facts: Partial<Send>): Promise<number> {
  const send = aSend({
    id: newId(),
    app,
    createdAt: clock.now(),
    expiresAt: clock.now() + 259_200_000,
    recipients: installations,
    ...facts,
  });
  const slice = newSlice(send, 0, 0);
  const before = process.cpuUsage();
  let page = await planner.execute(send, slice, undefined);
  while (!page.last) page = await planner.execute(send, slice, page);
  const { user, system } = process.cpuUsage(before);
  const planned = page.targetedSoFar ?? 0;
  if (planned < installations) throw new Error(`${planned} of ${installations} were planned`);
  return (user + system) / planned;
}

async function fill(): Promise<void> {
  const store = new SqliteStore({ file });
  store.migrate([...sendsMigrations, ...resultMigrations]);
  const log = new SqliteEventLog(store, clock);
  const fingerprinter = new Fingerprinter(Buffer.alloc(32, 1));
  await new RegisterInstallation(
    new SqliteInstallationRepository(store, log),
    new SqliteUserRepository(store, log),
    clock,
    fingerprinter,
    new SystemRandom(),
  ).execute({
    ...{ app, installationId: 'template', by: 'server' },
    fields: { platform: 'ios', provider: 'apns', notificationsEnabled: true, timeZone: 'Europe/Paris' },
    token: new PushToken('ab'.repeat(32)),
    externalId: { value: 'user-of-template', verified: true },
    startsSession: true,
    settings: DEFAULT_REGISTRY_SETTINGS,
  });
  store.close();
  await fillStore(file, app, ['template'], installations);
}
