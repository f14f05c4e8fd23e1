import { AppRepository, AuditLog, CredentialRepository, Sealer } from '#libs/access';
import { knownErrors, type StatusesOf } from '#libs/api';
import { LiveEvents } from '#libs/coordination';
import { Clock, ErasureKeys, Fingerprinter, Random, ReceiptSigner } from '#libs/kernel';
import { DeadLetters, EventPublisher, type DeadLetterTruncated } from '#libs/messaging';
import {
  EngagementRepository,
  ErasureRepository,
  InstallationRepository,
  PersonalRecords,
  CorrectEnvironment,
  MarkOptedOut,
  MarkTokenSuspect,
  NoteDroppedMessages,
  PurgeToken,
  ReplaceToken,
  TokenLedger,
  UserRepository,
  type InstallationNotFound,
  type InstallationSecretInvalid,
  type UserNotFound,
} from '#libs/registry';
import { InstallationGuard, sdkAuthStatuses } from '#libs/registry-http';
import {
  AttemptReader,
  ConversionReader,
  PageReader,
  PlannedMessages,
  ReceiptReader,
  ResultReader,
  SendReader,
  SentMessages,
} from '#libs/sends';
import { ConversionRepository } from '#libs/sends/conversion/writing';
import { ReceiptRepository } from '#libs/sends/receipt/writing';
import { ResultRepository } from '#libs/sends/result/writing';
import { MetricsRegistry, defineService, sweepOf, type Runtime } from '#libs/service';
import { provide, provideWith } from '#libs/service/wiring';
import { Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import type { DeadLetterNotFound, SendForgotten, SendNotFound } from './feedback-errors.ts';
import { ActivityController } from './activity/activity.controller.ts';
import { ActivityLog } from './activity/activity-log.ts';
import { ReadActivity, type ActivityGone } from './activity/read-activity.ts';
import { SettledBatchesConsumer } from './activity/settled-batches.consumer.ts';
import { TellEndedMessages } from './activity/tell-ended-messages.ts';
import { AwaitConversions } from './conversions/await-conversions.ts';
import { ConversionsConsumer } from './conversions/conversions.consumer.ts';
import { RecordConversion } from './conversions/record-conversion.ts';
import { ConvertMessages } from './conversions/convert-messages.ts';
import { DeadLettersController } from './dead-letters/dead-letters.controller.ts';
import { ReplayDeadLetters } from './dead-letters/replay-dead-letters.ts';
import { FeedbackErasures } from './erasures/feedback-erasures.ts';
import { ExplainInstallation } from './explain/explain-installation.ts';
import { ExplainUser } from './explain/explain-user.ts';
import { ExplainController } from './explain/explain.controller.ts';
import { ListUserMessages } from './explain/list-user-messages.ts';
import { UserMessagesController } from './explain/user-messages.controller.ts';
import { mongoAdapters, mongoCollections } from './mongo-adapters.ts';
import { CarryOutFindings } from './purges/carry-out-findings.ts';
import { EndHolds } from './purges/end-holds.ts';
import { FinishedSendsConsumer } from './purges/finished-sends.consumer.ts';
import { PurgeHolds, type PurgeHoldNotFound } from './purges/purge-holds.ts';
import { PurgeHoldsController } from './purges/purge-holds.controller.ts';
import { PurgeMetrics } from './purges/purge-metrics.ts';
import { JudgeReceipt } from './receipts/judge-receipt.ts';
import { NoteEngagements } from './receipts/note-engagements.ts';
import { ReceiptMetrics } from './receipts/receipt-metrics.ts';
import { ReceiptsController } from './receipts/receipts.controller.ts';
import { ReportReceipts } from './receipts/report-receipts.ts';
import { SweepReceipts } from './receipts/sweep-receipts.ts';
import { ResultsController } from './results-stream/results.controller.ts';
import { StreamResults } from './results-stream/stream-results.ts';
import { MergeResults } from './results/merge-results.ts';
import { OutcomesConsumer } from './results/outcomes.consumer.ts';
import { ClearDeletedApps } from './retention/clear-deleted-apps.ts';
import { DropResults } from './retention/drop-results.ts';
import { ForgottenSendsConsumer } from './retention/forgotten-sends.consumer.ts';
import { feedbackSettings, type FeedbackSettings } from './settings.ts';
import { sqliteAdapters } from './sqlite-adapters.ts';
import { MarkStatistics } from './statistics/mark-statistics.ts';
import { ReadStatistics, type TooManyStatistics } from './statistics/read-statistics.ts';
import { StatisticsController } from './statistics/statistics.controller.ts';
import { StatisticsStore } from './statistics/statistics.store.ts';
import { SumHour } from './statistics/sum-hour.ts';
import { SumRegistry } from './statistics/sum-registry.ts';
import { UninstallFacts } from './statistics/uninstall-facts.ts';
import { SumSend } from './statistics/sum-send.ts';
import { SumStatistics } from './statistics/sum-statistics.ts';
import { KeptDays, SystemController } from './system/system.controller.ts';
import { filePlaceOf } from './hourly-files/open-file-place.ts';
import { HourlyFileMetrics } from './hourly-files/hourly-file-metrics.ts';
import { HourlyFileStore } from './hourly-files/hourly-file.store.ts';
import { HourlyFilesController } from './hourly-files/hourly-files.controller.ts';
import { WriteHourlyFiles } from './hourly-files/write-hourly-files.ts';
import { DeliverWebhooks } from './webhooks/deliver-webhooks.ts';
import { OutboundRules } from './webhooks/outbound-address.ts';
import { TellWebhooks } from './webhooks/tell-webhooks.ts';
import { WebhookClient } from './webhooks/webhook-client.ts';
import type { WebhookNotFound, WebhooksFull } from './webhooks/webhook-errors.ts';
import { WebhookFactsConsumer } from './webhooks/webhook-facts.consumer.ts';
import { WebhookMetrics } from './webhooks/webhook-metrics.ts';
import { WebhookStore } from './webhooks/webhook.store.ts';
import { WebhooksController } from './webhooks/webhooks.controller.ts';
import { WriteWebhook, sealedTo } from './webhooks/write-webhook.ts';

const atOnce = 50;

/** Looks again at findings about tokens that had to wait, or whose first round a crash cut short. */
class SweepFindings {
  constructor(
    private readonly results: ResultRepository,
    private readonly carryOutFindings: CarryOutFindings,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<void> {
    const due = await this.results.findDue(this.clock.now(), atOnce);
    for (const { batchId } of due) await this.carryOutFindings.execute(batchId);
  }
}

/** Drops deliveries whose time is over, a step at a time. */
class SweepDeliveries {
  constructor(
    private readonly store: WebhookStore,
    private readonly clock: Clock,
    private readonly retentionDays: number,
  ) {}

  async execute(): Promise<void> {
    const before = this.clock.now() - this.retentionDays * 86_400_000;
    while ((await this.store.dropOlder(before, 1_000)) === 1_000);
  }
}

/** Drops facts whose time is over, a step at a time. */
class SweepActivity {
  constructor(
    private readonly log: ActivityLog,
    private readonly clock: Clock,
    private readonly retentionDays: number,
  ) {}

  async execute(): Promise<void> {
    const before = this.clock.now() - this.retentionDays * 86_400_000;
    while ((await this.log.dropOlder(before, 1_000)) === 1_000);
  }
}

/** The HTTP statuses of what this service's calls can throw. */
const feedbackErrors: StatusesOf<
  | ActivityGone
  | DeadLetterNotFound
  | DeadLetterTruncated
  | InstallationNotFound
  | InstallationSecretInvalid
  | PurgeHoldNotFound
  | SendForgotten
  | SendNotFound
  | TooManyStatistics
  | UserNotFound
  | WebhookNotFound
  | WebhooksFull
> = {
  activity_gone: 410,
  dead_letter_not_found: 404,
  dead_letter_truncated: 409,
  installation_not_found: 404,
  installation_secret_invalid: 401,
  purge_hold_not_found: 404,
  send_forgotten: 410,
  send_not_found: 404,
  too_many_statistics: 400,
  user_not_found: 404,
  webhook_not_found: 404,
  webhooks_full: 409,
};

const useCases: FactoryProvider[] = [
  provide(MergeResults, ResultRepository, PageReader, MarkStatistics, LiveEvents, Clock),
  provide(PurgeToken, InstallationRepository, Clock, Random),
  provide(ReplaceToken, InstallationRepository, Clock, Fingerprinter, Random),
  provide(MarkOptedOut, InstallationRepository, Clock, Random),
  provide(NoteDroppedMessages, InstallationRepository, Clock, Random),
  provide(MarkTokenSuspect, InstallationRepository, Clock, Random),
  provide(CorrectEnvironment, InstallationRepository, Clock, Random),
  provide(
    CarryOutFindings,
    ResultRepository,
    ResultReader,
    PageReader,
    SendReader,
    PurgeToken,
    ReplaceToken,
    MarkTokenSuspect,
    MarkOptedOut,
    NoteDroppedMessages,
    CorrectEnvironment,
    Sealer,
    PurgeMetrics,
    Clock,
  ),
  provide(EndHolds, ResultRepository, SendReader, Clock),
  provide(PurgeHolds, ResultRepository, SendReader, CredentialRepository, AuditLog, Clock),
  provide(SweepFindings, ResultRepository, CarryOutFindings, Clock),
  sweepOf('findings about tokens', 1_000, SweepFindings, (sweep) => sweep.execute()),
  provide(
    ExplainInstallation,
    InstallationRepository,
    TokenLedger,
    PageReader,
    AttemptReader,
    ResultReader,
    ReceiptReader,
    ConversionReader,
  ),
  provide(ExplainUser, UserRepository, InstallationRepository, TokenLedger, ExplainInstallation),
  provide(ListUserMessages, SendReader, InstallationRepository, TokenLedger, ExplainInstallation, Clock),
  provide(DropResults, ResultRepository),
  provide(StreamResults, PageReader, ResultReader, ReceiptReader),
  provide(ReplayDeadLetters, DeadLetters, Clock),
  provide(InstallationGuard, InstallationRepository, Clock),
  provide(ReceiptMetrics, MetricsRegistry),
  provide(RecordConversion, ConversionRepository, MarkStatistics, EventPublisher),
  provide(AwaitConversions, SendReader, ResultReader, PageReader, ConversionRepository, InstallationRepository, RecordConversion),
  provide(ConvertMessages, ConversionReader, SendReader, ReceiptReader, UserRepository, InstallationRepository, RecordConversion),
  provide(NoteEngagements, EngagementRepository),
  provide(ReportReceipts, ReceiptRepository, JudgeReceipt, MarkStatistics, NoteEngagements, ReceiptMetrics, Clock),
  provide(WebhookClient, Clock, OutboundRules),
  provide(WebhookMetrics, MetricsRegistry, WebhookStore),
  provide(WriteWebhook, WebhookStore, Sealer, AuditLog, Clock),
  provide(TellWebhooks, WebhookStore, AppRepository, Clock),
  provide(TellEndedMessages, ResultReader, PageReader, EventPublisher),
  provide(ReadActivity, ActivityLog, Clock),
  provide(DeliverWebhooks, WebhookStore, AppRepository, WebhookClient, Sealer, WebhookMetrics, Clock),
  sweepOf('erasures of feedback', 1_000, FeedbackErasures, (erasures) => erasures.execute()),
  sweepOf('webhooks', 1_000, DeliverWebhooks, (webhooks) => webhooks.execute()),
  sweepOf('old deliveries to webhooks', 3_600_000, SweepDeliveries, (sweep) => sweep.execute()),
  provide(MarkStatistics, StatisticsStore, Clock),
  provide(SumSend, PageReader, ResultReader, ReceiptReader, ConversionReader, InstallationRepository, NoteEngagements),
  provide(SumHour, StatisticsStore),
  provide(PlannedMessages, PageReader, ResultReader),
  provide(SentMessages, SendReader, PlannedMessages),
  provide(UninstallFacts, InstallationRepository, SentMessages),
  provide(SumRegistry, StatisticsStore, SumStatistics, AppRepository, TokenLedger, InstallationRepository, UninstallFacts, Clock),
  provide(ReadStatistics, StatisticsStore),
  sweepOf('statistics', 2_000, SumStatistics, (statistics) => statistics.execute()),
  sweepOf('statistics of installations', 60_000, SumRegistry, (registry) => registry.execute()),
  sweepOf('hourly files', 30_000, WriteHourlyFiles, (files) => files.execute()),
  sweepOf('old facts', 3_600_000, SweepActivity, (sweep) => sweep.execute()),
  provide(ClearDeletedApps, AppRepository, PersonalRecords),
  sweepOf('deleted apps', 60_000, ClearDeletedApps, (sweep) => sweep.execute()),
  sweepOf('old receipts', 3_600_000, SweepReceipts, (sweep) => sweep.execute()),
];

@Module({})
class FeedbackModule {
  static forRuntime(settings: FeedbackSettings, runtime: Runtime): DynamicModule {
    const place = filePlaceOf(settings);
    return {
      module: FeedbackModule,
      controllers: [
        OutcomesConsumer,
        ConversionsConsumer,
        ForgottenSendsConsumer,
        FinishedSendsConsumer,
        PurgeHoldsController,
        SettledBatchesConsumer,
        ActivityController,
        HourlyFilesController,
        WebhookFactsConsumer,
        WebhooksController,
        StatisticsController,
        ExplainController,
        UserMessagesController,
        ResultsController,
        ReceiptsController,
        DeadLettersController,
        SystemController,
      ],
      providers: [
        ...(runtime === 'embedded' ? sqliteAdapters : mongoAdapters),
        ...useCases,
        provideWith(JudgeReceipt, settings.RECEIPT_RETENTION_DAYS, SendReader, PageReader, ResultReader, ReceiptSigner, Clock),
        { provide: KeptDays, useValue: new KeptDays(settings) },
        { provide: OutboundRules, useValue: new OutboundRules(settings.OUTBOUND_ALLOW) },
        provideWith(WriteHourlyFiles, place, HourlyFileStore, ActivityLog, AppRepository, Clock),
        provideWith(HourlyFileMetrics, place, MetricsRegistry, HourlyFileStore, Clock),
        provideWith(FeedbackErasures, settings, PersonalRecords, ActivityLog, ErasureRepository, ErasureKeys, EventPublisher, Clock),
        provideWith(SweepDeliveries, settings.WEBHOOK_RETENTION_DAYS, WebhookStore, Clock),
        provideWith(SumStatistics, settings.RECEIPT_RETENTION_DAYS, StatisticsStore, SendReader, SumSend, SumHour, Clock),
        sweepOf('old statistics', 3_600_000, SumStatistics, (statistics) => statistics.sweep(settings.STATISTICS_RETENTION_DAYS)),
        provideWith(SweepActivity, settings.ACTIVITY_RETENTION_DAYS, ActivityLog, Clock),
        provideWith(SweepReceipts, settings.RECEIPT_RETENTION_DAYS, ReceiptRepository, ConversionRepository, Clock),
        knownErrors(feedbackErrors),
        knownErrors(sdkAuthStatuses),
        provide(PurgeMetrics, MetricsRegistry, ResultRepository),
      ],
    };
  }
}

export const feedback = defineService({
  name: 'feedback',
  settings: feedbackSettings,
  collections: mongoCollections,
  sealed: [{ name: 'webhooks', boundTo: sealedTo }],
  module: (settings, runtime) => FeedbackModule.forRuntime(settings, runtime),
  restored: async (app) => {
    await app.get(FeedbackErasures, { strict: false }).settle();
  },
});
