import { ErrandDesk, HaltRepository, Sealer } from '#libs/access';
import { BUILT_PROVIDERS, BulkTurns, Clock, Random, ReceiptSigner, isBuilt, newId, type ProviderName } from '#libs/kernel';
import { EventPublisher, GroupPositions } from '#libs/messaging';
import { AttemptReader, PageReader, SendReader } from '#libs/sends';
import { AttemptRepository } from '#libs/sends/attempt/writing';
import { ProviderStateRepository } from '#libs/sends/provider-state/writing';
import { MetricsRegistry, PlatformSettingsOf, defineService, sweepOf, type Runtime } from '#libs/service';
import { provide, provideWith } from '#libs/service/wiring';
import { Module, type DynamicModule, type FactoryProvider, type Provider } from '@nestjs/common';
import { Draining } from './admission/draining.ts';
import { KnownHalts } from './admission/known-halts.ts';
import { ProviderGates } from './admission/provider-gates.ts';
import { ProviderRates } from './admission/sending-rate.ts';
import { SystemTimer, Timer } from './timer.ts';
import { ClaimAttempt } from './attempts/claim-attempt.ts';
import { ExpediteParkedSends } from './attempts/expedite-parked-sends.ts';
import { LeaseKeeper, RENEWALS_PER_LEASE } from './attempts/lease-keeper.ts';
import { PublishDueAttempts } from './attempts/publish-due-attempts.ts';
import { RecordAttempt } from './attempts/record-attempt.ts';
import { RetryDelays, type RetryBases } from './attempts/retry-delays.ts';
import { SaidReminders } from './attempts/said-reminders.ts';
import { BatchesConsumer } from './batches/batches.consumer.ts';
import { BuryBatch, PlannedBatches } from './batches/planned-batches.ts';
import { Channels } from './batches/channels.ts';
import { CompiledMessages } from './batches/renderer.ts';
import { DispatchBatch } from './batches/dispatch-batch.ts';
import { RecipientReader } from './batches/recipients.ts';
import { RoundSender } from './batches/send-round.ts';
import { WindowSender } from './batches/send-window.ts';
import { CheckCredential } from './checks/check-credential.ts';
import { DrainDispatcher } from './drain-dispatcher.ts';
import { DispatchMetrics } from './metrics/dispatch-metrics.ts';
import { mongoAdapters, mongoCollections } from './mongo-adapters.ts';
import { ReportProviderStates } from './provider-states/report-provider-states.ts';
import { CredentialSource } from './providers/credential-source.ts';
import { PROVIDER_PLUGS } from './providers/provider-plugs.ts';
import { PushProviders } from './providers/push-providers.ts';
import { DropAttempts } from './retention/drop-attempts.ts';
import { ForgottenSendsConsumer } from './retention/forgotten-sends.consumer.ts';
import { sendingParts } from './sending-parts.ts';
import { dispatcherSettings, type DispatcherSettings } from './settings.ts';
import { sqliteAdapters } from './sqlite-adapters.ts';
import { Transport } from './transport/transport.ts';
import { PreviewMessages } from './trials/preview-messages.ts';
import { SealedOrders } from './trials/sealed-orders.ts';
import { TryMessages } from './trials/try-messages.ts';

/** Names this process in leases and provider states. */
const processName = newId();

const useCases: Provider[] = [
  { provide: Timer, useClass: SystemTimer },
  { provide: Draining, useClass: Draining },
  { provide: CompiledMessages, useClass: CompiledMessages },
  provide(DispatchMetrics, MetricsRegistry),
  provide(PlannedBatches, PageReader, AttemptReader),
  provide(Channels, PushProviders, CredentialSource, ProviderGates),
  provide(KnownHalts, HaltRepository, Clock),
  provide(WindowSender, SendReader, RoundSender, KnownHalts, BulkTurns, Draining, Clock, Timer),
  provide(DispatchBatch, PlannedBatches, SendReader, Channels, KnownHalts, ClaimAttempt, RecordAttempt, WindowSender, LeaseKeeper, Clock),
  provide(BuryBatch, PlannedBatches, SendReader, ClaimAttempt, RecordAttempt),
  provide(DropAttempts, AttemptRepository),
  provide(SaidReminders, GroupPositions, Clock),
  provide(PublishDueAttempts, AttemptRepository, SendReader, EventPublisher, SaidReminders, Clock),
  provide(ExpediteParkedSends, AttemptRepository, SendReader, KnownHalts, Clock),
  provide(SealedOrders, Sealer, Clock),
  provide(PreviewMessages, Channels, RecipientReader, ReceiptSigner, SealedOrders, Clock),
  provide(CheckCredential, ErrandDesk, PushProviders, Sealer, PlatformSettingsOf, Clock),
  provide(DrainDispatcher, Draining, Transport, LeaseKeeper),
  provideWith(
    ReportProviderStates,
    processName,
    ProviderGates,
    PushProviders,
    AttemptRepository,
    ProviderStateRepository,
    DispatchMetrics,
    Clock,
  ),
  sweepOf('due attempts', 250, PublishDueAttempts, (sweep) => sweep.execute()),
  sweepOf('waiting sends', 1_000, ExpediteParkedSends, (sweep) => sweep.execute()),
  sweepOf('provider states', 1_000, ReportProviderStates, (report) => report.execute(), 'each'),
];

@Module({})
class DispatcherModule {
  static forRuntime(settings: DispatcherSettings, runtime: Runtime): DynamicModule {
    const adapters = runtime === 'embedded' ? sqliteAdapters : mongoAdapters;
    return {
      module: DispatcherModule,
      controllers: [BatchesConsumer, ForgottenSendsConsumer],
      providers: [...adapters, ...useCases, ...withSettings(settings), ...sendingParts(settings)],
    };
  }
}

function withSettings(settings: DispatcherSettings): FactoryProvider[] {
  const { DISPATCH_WINDOW: windowSize, ATTEMPT_LEASE: leaseMs, RETRY_ATTEMPTS: maxDepth } = settings;
  return [
    provideWith(RetryDelays, retryBases(settings), Random),
    {
      provide: ProviderGates,
      useFactory: (delays: RetryDelays, rates: ProviderRates, clock: Clock, timer: Timer) => {
        const credentialProbeAfterMs = settings.RETRY_BASE_CREDENTIALS;
        return new ProviderGates(
          settings.PROVIDER_IN_FLIGHT,
          (provider, simulated) => {
            const { restsWhenThrottled = false, avoidsQuarterHours = false } = isBuilt(provider) ? PROVIDER_PLUGS[provider].flow : {};
            return {
              ...{ probeAfterMs: delays.probeAfterMs(provider, simulated), credentialProbeAfterMs },
              ...{ avoidsQuarterHours: avoidsQuarterHours && !simulated },
              ...(restsWhenThrottled && { throttledRestMs: delays.throttledMs(simulated) }),
            };
          },
          rates,
          clock,
          timer,
        );
      },
      inject: [RetryDelays, ProviderRates, Clock, Timer],
    },
    provideWith(ClaimAttempt, { owner: processName, leaseMs, windowSize }, AttemptRepository, Clock),
    provideWith(LeaseKeeper, leaseMs, AttemptRepository, Clock),
    sweepOf('leases of this process', leaseMs / RENEWALS_PER_LEASE, LeaseKeeper, (keeper) => keeper.renew(), 'each'),
    provideWith(RecordAttempt, { windowSize, maxDepth }, AttemptRepository, ClaimAttempt, DispatchMetrics, Clock),
    provideWith(TryMessages, settings.OWNER_READ_MAX_AGE, Channels, KnownHalts, RecipientReader, ReceiptSigner, SealedOrders, Clock),
    provideWith(
      RoundSender,
      { ownerReadMaxAgeMs: settings.OWNER_READ_MAX_AGE, deadlineMs: settings.PROVIDER_REQUEST_DEADLINE_MS },
      RecipientReader,
      CompiledMessages,
      RetryDelays,
      Sealer,
      ReceiptSigner,
      DispatchMetrics,
      Clock,
      Timer,
      BulkTurns,
    ),
  ];
}

function retryBases(settings: DispatcherSettings): RetryBases {
  return {
    network: settings.RETRY_BASE_NETWORK,
    providers: new Map(BUILT_PROVIDERS.map((name) => [name, settings[PROVIDER_PLUGS[name].retryBase.setting]])),
    throttled: settings.RETRY_BASE_THROTTLED,
    credentials: settings.RETRY_BASE_CREDENTIALS,
    longest: new Map(
      BUILT_PROVIDERS.flatMap((name): [ProviderName, number][] => {
        const { retriesWithinMs } = PROVIDER_PLUGS[name].flow;
        return retriesWithinMs === undefined ? [] : [[name, retriesWithinMs / Math.max(1, settings.RETRY_ATTEMPTS - 1)]];
      }),
    ),
  };
}

export const dispatcher = defineService({
  name: 'dispatcher',
  settings: dispatcherSettings,
  collections: mongoCollections,
  module: (settings, runtime) => DispatcherModule.forRuntime(settings, runtime),
});
