import { setImmediate as nextTurn } from 'node:timers/promises';
import { batchAttemptedV1, batchPlannedV1, type EventEnvelope } from '#libs/events';
import { BulkTurns, Random, type ProviderName, type PushToken } from '#libs/kernel';
import { SqliteEventLog, SqliteEventPublisher } from '#libs/messaging';
import { SqliteInstallationRepository, SqliteUserRepository, type Installation, type User } from '#libs/registry';
import {
  IndexSet,
  SqliteAttemptReader,
  SqlitePageReader,
  SqliteSendReader,
  firstAttemptId,
  insertPage,
  insertSend,
  sendsMigrations,
  updateSend,
  type Attempt,
  type Send,
} from '#libs/sends';
import { MetricsRegistry } from '#libs/service';
import { SqliteStore } from '#libs/storage';
import { FixedClock, aPage, aPageEntry, aSend } from '#libs/testing';
import type { z } from 'zod';
import { Draining } from '../admission/draining.ts';
import { OwnProviderRates } from '../admission/adaptive-rate.ts';
import { ProviderGates } from '../admission/provider-gates.ts';
import type { ProviderRates } from '../admission/sending-rate.ts';
import { TestTimer } from '../admission/test-timer.ts';
import { ClaimAttempt } from '../attempts/claim-attempt.ts';
import { HurryWaitingSends } from '../attempts/hurry-waiting-sends.ts';
import { PublishDueAttempts } from '../attempts/publish-due-attempts.ts';
import { RecordAttempt } from '../attempts/record-attempt.ts';
import { RetryDelays } from '../attempts/retry-delays.ts';
import { SqliteAttemptRepository } from '../attempts/sqlite-attempt.repository.ts';
import { DispatchMetrics } from '../metrics/dispatch-metrics.ts';
import { CredentialSource, type ProviderCredential } from '../providers/credential-source.ts';
import { PushProviders } from '../providers/push-providers.ts';
import { BatchWorks, type BatchPlanned } from './batch-work.ts';
import { BuryBatch } from './bury-batch.ts';
import { Channels } from './channels.ts';
import { CompiledMessages } from './compiled-messages.ts';
import { DispatchBatch } from './dispatch-batch.ts';
import { MovedTokens } from './moved-tokens.ts';
import { RecipientReader } from './recipients.ts';
import { RoundSender } from './round-sender.ts';
import { aUser, anInstallation } from './test-phones.ts';
import { TestProvider } from './test-provider.ts';
import { WindowSender } from './window-sender.ts';

type BatchAttempted = z.output<typeof batchAttemptedV1.data>;

class NoJitter extends Random {
  next(): number {
    return 0;
  }
}

class MarkedTokens extends MovedTokens {
  seal(app: string, token: PushToken): string {
    return `sealed for ${app}: ${token.reveal().length}`;
  }
}

class TestCredentials extends CredentialSource {
  credential: ProviderCredential | undefined = { id: 'demo:apns:1', simulated: true, bundleIds: ['app.demo'], fields: {} };

  async get(): Promise<ProviderCredential | undefined> {
    return this.credential;
  }
}

interface DispatcherOptions {
  readonly windowSize?: number;
  readonly leaseMs?: number;
  readonly rates?: ProviderRates;
}

/** The documents and the log that dispatchers share. */
export class TestPlatform {
  readonly clock = new FixedClock('2026-03-01T12:00:00Z');
  readonly store = new SqliteStore({ file: ':memory:' });
  readonly log = new SqliteEventLog(this.store, this.clock);
  readonly installations = new SqliteInstallationRepository(this.store, this.log);
  readonly users = new SqliteUserRepository(this.store, this.log);
  readonly attempts = new SqliteAttemptRepository(this.store, this.log);
  readonly attemptReader = new SqliteAttemptReader(this.store);
  readonly sends: SqliteSendReader;
  readonly pages: SqlitePageReader;
  readonly provider = new TestProvider();
  readonly credentials = new TestCredentials();

  constructor() {
    this.store.migrate(sendsMigrations);
    this.sends = new SqliteSendReader(this.store);
    this.pages = new SqlitePageReader(this.store);
  }

  /** A send with one page of one batch to phones `0 … phones-1`, whose tokens are `token-0 …`. Answers its event. */
  async plan(phones: number, facts: Partial<Send> = {}, ownerEpoch = 0): Promise<BatchPlanned> {
    const now = this.clock.now();
    const send = aSend({ createdAt: now, expiresAt: now + 3_600_000, state: 'sending', ...facts });
    const ids = Array.from({ length: phones }, (_, at) => `phone-${at}`);
    const page = aPage({ sendId: send.id, entries: ids.map((installationId) => aPageEntry({ installationId, ownerEpoch })) });
    const [batch] = page.batches;
    if (!batch) throw new Error('a page has a batch');
    await this.store.write(() => {
      insertSend(this.store, send);
      insertPage(this.store, { ...page, batches: [{ ...batch, size: phones }] });
    });
    const { id: batchId, provider, lane } = batch;
    return { app: send.app, sendId: send.id, batchId, attemptId: firstAttemptId(batchId), provider, lane };
  }

  async changeSend(id: string, facts: Partial<Send>): Promise<void> {
    const send = await this.sends.findById('demo', id);
    if (send) await this.store.write(() => updateSend(this.store, { ...send, ...facts, revision: send.revision + 1 }));
  }

  /** Registers phones `0 … phones-1`, each with a user of its own. */
  async register(phones: number, facts: (at: number) => Partial<Installation> = () => ({})): Promise<void> {
    for (let at = 0; at < phones; at += 1) {
      await this.users.save(aUser(`user-${at}`), []);
      await this.installations.save(anInstallation(at, facts(at)), [], []);
    }
  }

  async changeInstallation(at: number, facts: Partial<Installation>): Promise<void> {
    const found = await this.installations.findById('demo', `phone-${at}`);
    if (found) await this.installations.save({ ...found, ...facts, revision: found.revision + 1 }, [], []);
  }

  async changeUser(at: number, facts: Partial<User>): Promise<void> {
    const found = await this.users.findById('demo', `user-${at}`);
    if (found) await this.users.save({ ...found, ...facts, revision: found.revision + 1 }, []);
  }

  async attempt(id: string): Promise<Attempt> {
    const attempt = await this.attempts.findById(id);
    if (!attempt) throw new Error(`no attempt ${id}`);
    return attempt;
  }

  /** What was told of attempts so far. */
  attempted(): readonly BatchAttempted[] {
    return this.#dataOf('batch.attempted.v1').map((data) => batchAttemptedV1.data.parse(data));
  }

  /** What the sweep has published so far. */
  planned(): readonly BatchPlanned[] {
    return this.#dataOf('batch.planned.v1').map((data) => batchPlannedV1.data.parse(data));
  }

  #dataOf(type: string): readonly unknown[] {
    const rows = this.store.sql('SELECT value FROM log_records ORDER BY at, topic, partition, "offset"').all();
    const events = rows.map((row) => JSON.parse(String(row['value'])) as EventEnvelope);
    return events.filter((event) => event.type === type).map(({ data }) => data);
  }
}

/** One dispatcher process. */
export class TestDispatcher {
  readonly timer: TestTimer;
  readonly draining = new Draining();
  readonly measured = new MetricsRegistry();
  readonly metrics = new DispatchMetrics(this.measured);
  readonly gates: ProviderGates;
  readonly dispatch: DispatchBatch;
  readonly bury: BuryBatch;
  readonly due: PublishDueAttempts;
  readonly hurry: HurryWaitingSends;

  constructor(
    readonly platform: TestPlatform,
    owner = 'worker-1',
    { windowSize = 500, leaseMs = 30_000, rates = new OwnProviderRates() }: DispatcherOptions = {},
  ) {
    const { clock, attempts, sends, pages, provider, credentials, installations, users } = platform;
    this.timer = new TestTimer(clock);
    const { metrics } = this;
    const delays = new RetryDelays({ network: 1_000, apns: 900_000, fcm: 10_000, throttled: 60_000, credentials: 30_000 }, new NoJitter());
    const gateSettings = (name: ProviderName, simulated: boolean) => ({
      probeAfterMs: delays.probeAfterMs(name, simulated),
      credentialProbeAfterMs: 30_000,
    });
    this.gates = new ProviderGates(4_000, gateSettings, rates, clock, this.timer);
    const works = new BatchWorks(pages, platform.attemptReader);
    const claims = new ClaimAttempt(attempts, clock, { owner, leaseMs, windowSize });
    const records = new RecordAttempt(attempts, claims, metrics, clock, { windowSize, maxDepth: 6 });
    const turns = new BulkTurns();
    const rounds = new RoundSender(
      new RecipientReader(installations, users),
      new CompiledMessages(),
      delays,
      new MarkedTokens(),
      metrics,
      clock,
      this.timer,
      turns,
      { ownerReadMaxAgeMs: 1_000, deadlineMs: 12_000 },
    );
    const windows = new WindowSender(sends, rounds, turns, this.draining, clock, this.timer);
    const channels = new Channels(new PushProviders([provider]), credentials, this.gates);
    this.dispatch = new DispatchBatch(works, sends, channels, claims, records, windows, clock);
    this.bury = new BuryBatch(works, sends, claims, records);
    this.due = new PublishDueAttempts(attempts, sends, new SqliteEventPublisher(platform.store, platform.log), clock);
    this.hurry = new HurryWaitingSends(attempts, sends, clock);
  }

  /** Runs the sweep and handles what it published; answers the ids of those attempts. */
  async sweep(): Promise<readonly string[]> {
    const before = this.platform.planned().length;
    await this.due.execute();
    const published = this.platform.planned().slice(before);
    for (const event of published) await this.dispatch.execute(event);
    return published.map(({ attemptId }) => attemptId);
  }
}

const platforms: TestPlatform[] = [];

export function aPlatform(): TestPlatform {
  const platform = new TestPlatform();
  platforms.push(platform);
  return platform;
}

export function closePlatforms(): void {
  for (const { store } of platforms.splice(0)) store.close();
}

/** Phones that are registered, and the event of a batch to all of them. */
export async function aBatch(phones: number, options: DispatcherOptions = {}) {
  const platform = aPlatform();
  await platform.register(phones);
  const event = await platform.plan(phones);
  return { platform, provider: platform.provider, dispatcher: new TestDispatcher(platform, 'worker-1', options), event };
}

/** `outcome reason: positions` of everything an attempt knows. */
export function resultsOf({ results }: Attempt): Record<string, readonly number[]> {
  return Object.fromEntries(
    results.map(({ outcome, reason, messages }) => [reason === null ? outcome : `${outcome} ${reason}`, [...messages]]),
  );
}

/** Lets time pass, 50 ms at a time, until the work is done. */
export async function whileTimePasses<T>(timer: TestTimer, work: Promise<T>): Promise<T> {
  const working = new Set<Promise<T>>([work]);
  void work.finally(() => {
    working.clear();
  });
  for (;;) {
    await nextTurn();
    if (working.size === 0) return work;
    timer.pass(50);
  }
}

export function positionsOf(text: string): readonly number[] {
  return [...IndexSet.parse(text)];
}
