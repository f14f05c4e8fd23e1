import { Sealer } from '#libs/access';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { BulkTurns, Random, ReceiptSigner, type ProviderName } from '#libs/kernel';
import { SqliteEventPublisher } from '#libs/messaging';
import { MetricsRegistry } from '#libs/service';
import { Draining } from '../../src/admission/draining.ts';
import { OwnProviderRates } from '../../src/admission/adaptive-rate.ts';
import { KnownHalts } from '../../src/admission/known-halts.ts';
import { ProviderGates } from '../../src/admission/provider-gates.ts';
import type { ProviderRates } from '../../src/admission/sending-rate.ts';
import { TestTimer } from '../admission/test-timer.ts';
import { ClaimAttempt } from '../../src/attempts/claim-attempt.ts';
import { ExpediteParkedSends } from '../../src/attempts/expedite-parked-sends.ts';
import { LeaseKeeper } from '../../src/attempts/lease-keeper.ts';
import { PublishDueAttempts } from '../../src/attempts/publish-due-attempts.ts';
import { RecordAttempt } from '../../src/attempts/record-attempt.ts';
import { SaidReminders } from '../../src/attempts/said-reminders.ts';
import { RetryDelays } from '../../src/attempts/retry-delays.ts';
import { DispatchMetrics } from '../../src/metrics/dispatch-metrics.ts';
import { PushProviders } from '../../src/providers/push-providers.ts';
import { BuryBatch, PlannedBatches } from '../../src/batches/planned-batches.ts';
import { Channels } from '../../src/batches/channels.ts';
import { CompiledMessages } from '../../src/batches/renderer.ts';
import { DispatchBatch } from '../../src/batches/dispatch-batch.ts';
import { RecipientReader } from '../../src/batches/recipients.ts';
import { RoundSender } from '../../src/batches/send-round.ts';
import { aPlatform, type TestPlatform } from './test-platform.ts';
import { WindowSender } from '../../src/batches/send-window.ts';

class NoJitter extends Random {
  next(): number {
    return 0;
  }
}

interface DispatcherOptions {
  readonly windowSize?: number;
  readonly leaseMs?: number;
  readonly rates?: ProviderRates;
}

/** One dispatcher process. */
const retryBases = new Map<ProviderName, number>([
  ['apns', 900_000],
  ['fcm', 10_000],
]);

export class TestDispatcher {
  readonly timer: TestTimer;
  readonly draining = new Draining();
  readonly measured = new MetricsRegistry();
  readonly metrics = new DispatchMetrics(this.measured);
  readonly gates: ProviderGates;
  readonly dispatch: DispatchBatch;
  readonly bury: BuryBatch;
  readonly due: PublishDueAttempts;
  readonly hurry: ExpediteParkedSends;
  readonly leases: LeaseKeeper;

  constructor(
    readonly platform: TestPlatform,
    owner = 'worker-1',
    { windowSize = 500, leaseMs = 30_000, rates = new OwnProviderRates() }: DispatcherOptions = {},
  ) {
    const { clock, attempts, sends, pages, provider, credentials, installations } = platform;
    this.timer = new TestTimer(clock);
    const { metrics } = this;
    const delays = new RetryDelays(new NoJitter(), { network: 1_000, providers: retryBases, throttled: 60_000, credentials: 30_000 });
    const gateSettings = (name: ProviderName, simulated: boolean) => ({
      probeAfterMs: delays.probeAfterMs(name, simulated),
      credentialProbeAfterMs: 30_000,
    });
    this.gates = new ProviderGates(4_000, gateSettings, rates, clock, this.timer);
    this.leases = new LeaseKeeper(attempts, clock, leaseMs);
    const batches = new PlannedBatches(pages, platform.attemptReader);
    const claims = new ClaimAttempt(attempts, clock, { owner, leaseMs, windowSize });
    const records = new RecordAttempt(attempts, claims, metrics, clock, { windowSize, maxDepth: 6 });
    const turns = new BulkTurns();
    const rounds = new RoundSender(
      new RecipientReader(installations, platform.activities, 25),
      new CompiledMessages(),
      delays,
      new Sealer({ keyId: 'k1', sealing: Buffer.alloc(32, 1) }),
      new ReceiptSigner(Buffer.alloc(32, 7)),
      metrics,
      clock,
      this.timer,
      turns,
      { ownerReadMaxAgeMs: 1_000, deadlineMs: 12_000 },
    );
    const halts = new KnownHalts(platform.halts, clock);
    const windows = new WindowSender(sends, rounds, halts, turns, this.draining, clock, this.timer);
    const channels = new Channels(new PushProviders([provider]), credentials, this.gates);
    this.dispatch = new DispatchBatch(batches, sends, channels, halts, claims, records, windows, this.leases, clock);
    this.bury = new BuryBatch(batches, sends, claims, records);
    const reminders = new SaidReminders(platform.positions, clock);
    this.due = new PublishDueAttempts(attempts, sends, new SqliteEventPublisher(platform.store, platform.log), reminders, clock);
    this.hurry = new ExpediteParkedSends(attempts, sends, halts, clock);
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

/** Phones that are registered, and the event of a batch to all of them. */
export async function aBatch(phones: number, options: DispatcherOptions = {}) {
  const platform = aPlatform();
  await platform.register(phones);
  const event = await platform.plan(phones);
  return { platform, provider: platform.provider, dispatcher: new TestDispatcher(platform, 'worker-1', options), event };
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
