import { AppRepository, AuditLog, CredentialRepository, ErrandDesk, HaltRepository, Sealer } from '#libs/access';
import { EventIdentities, IdempotentRequests, knownErrors } from '#libs/api';
import { LiveEvents, SharedCache } from '#libs/coordination';
import { BulkTurns, Clock, ErasureKeys, Fingerprinter } from '#libs/kernel';
import { ConsumerPresence, EventPublisher, GroupPositions } from '#libs/messaging';
import { ActivityTokens, ErasureRepository, FrequencyMarks, InstallationRepository, PersonalRecords, UserRepository } from '#libs/registry';
import {
  AttemptReader,
  ConversionReader,
  PageReader,
  PlannedMessages,
  ProviderStateReader,
  ReceiptReader,
  ResultReader,
  SentMessages,
} from '#libs/sends';
import { PageRepository } from '#libs/sends/page/writing';
import { SendRepository } from '#libs/sends/send/writing';
import { SliceRepository } from '#libs/sends/slice/writing';
import { MetricsRegistry, defineService, sweepOf, type Runtime } from '#libs/service';
import { provide, provideWith } from '#libs/service/wiring';
import { Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { ActivitiesController } from './activities/activities.controller.ts';
import { AudiencesController } from './audiences/audiences.controller.ts';
import { campaignStatuses } from './campaign-errors.ts';
import { CampaignRepository } from './campaigns/campaign.repository.ts';
import { CampaignsController } from './campaigns/campaigns.controller.ts';
import { CampaignRuns } from './campaigns/campaign-run.ts';
import { ChangeRun } from './campaigns/change-run.ts';
import { ListCampaigns } from './campaigns/list-campaigns.ts';
import { RescheduleRun } from './campaigns/reschedule-run.ts';
import { CampaignRunsController } from './launching/campaign-runs.controller.ts';
import { SumCampaign } from './launching/campaign-sums.ts';
import { ControlCampaign, SettleNewSend } from './launching/control-campaign.ts';
import { EndContest } from './launching/end-contest.ts';
import { EnterCampaigns } from './launching/enter-campaigns.ts';
import { FireDueTriggers, FireTrigger, ForgetTriggers } from './launching/fire-triggers.ts';
import { LaunchCampaign } from './launching/launch-campaign.ts';
import { RunCampaigns } from './launching/run-campaigns.ts';
import { ScheduleMetrics } from './launching/schedule-metrics.ts';
import { TriggerCampaign } from './launching/trigger-campaign.ts';
import { WaitingTriggers } from './launching/waiting-trigger.ts';
import { DropMarks } from './retention/drop-marks.ts';
import { FrequencyCaps } from './planning/frequency-caps.ts';
import { SentMarks } from './planning/sent-marks.ts';
import { AcceptedRecipients } from './planning/accepted-recipients.ts';
import { Canary } from './planning/canary.ts';
import { CheckHandOver } from './planning/check-hand-over.ts';
import { FindCandidates } from './planning/find-candidates.ts';
import { OpenBatches } from './planning/open-batches.ts';
import { PlanNextPage } from './planning/plan-next-page.ts';
import { PlanSlice } from './planning/plan-slice.ts';
import { KeepPace } from './planning/keep-pace.ts';
import { SlicesConsumer } from './progress/slices.consumer.ts';
import { UnpushedCandidates } from './planning/unpushed-candidates.ts';
import { StartNightlyProbes } from './probes/start-nightly-probes.ts';
import { StartUninstallProbe } from './probes/start-uninstall-probe.ts';
import { UninstallProbesController } from './probes/uninstall-probes.controller.ts';
import { SweepSlices } from './planning/sweep-slices.ts';
import { WakeSlices } from './planning/wake-slices.ts';
import { CheckProgress } from './progress/check-progress.ts';
import { FinishSend } from './progress/finish-send.ts';
import { LiveSums } from './progress/live-sums.ts';
import { ProgressConsumer } from './progress/progress.consumer.ts';
import { SendMetrics } from './progress/send-metrics.ts';
import { SuppressionMetrics } from './progress/suppression-metrics.ts';
import { SettledCountdown } from './progress/settled-countdown.ts';
import { WatchProbe } from './progress/watch-probe.ts';
import { WatchRamp } from './progress/watch-ramp.ts';
import { WatchCanary } from './progress/watch-canary.ts';
import { SweepSends } from './progress/sweep-sends.ts';
import { ChangeHalt, RESTORER } from './providers/change-halt.ts';
import { HaltMetrics } from './providers/halt-metrics.ts';
import { ListProviders } from './providers/list-providers.ts';
import { ProvidersController } from './providers/providers.controller.ts';
import { SystemHaltController } from './providers/system-halt.controller.ts';
import { AcceptEvents } from './requests/accept-events.ts';
import { EventsController } from './requests/events.controller.ts';
import { RequestsConsumer } from './requests/requests.consumer.ts';
import { SchemasController } from './requests/schemas.controller.ts';
import { SendOnRequest, TriggerOnRequest } from './requests/send-on-request.ts';
import { TrackedEventsConsumer } from './requests/tracked-events.consumer.ts';
import { UserChangesConsumer } from './requests/user-changes.consumer.ts';
import { AnswerNewSend } from './control/answer-new-send.ts';
import { ChangeSend } from './control/change-send.ts';
import { ClosedWindows } from './control/closed-windows.ts';
import { CreateSend } from './intake/create-send.ts';
import { FindSend } from './send/find-send.ts';
import { HoldRestoredSends } from './control/hold-restored-sends.ts';
import { ListSends } from './control/list-sends.ts';
import { LiveSendsController } from './control/live-sends.controller.ts';
import { PauseSend } from './control/pause-send.ts';
import { ResolveTarget } from './intake/resolve-target.ts';
import { RecallSend } from './control/recall-send.ts';
import { RecallController } from './control/recall.controller.ts';
import { ResumeSend } from './control/resume-send.ts';
import { SendTargets } from './send/send-targets.ts';
import { SendsController } from './control/sends.controller.ts';
import { ShowWarnings } from './send/show-warnings.ts';
import { ShowSend } from './control/show-send.ts';
import { StopSend } from './control/stop-send.ts';
import { WaitForEnd } from './control/wait-for-end.ts';
import { WatchSend, usualPace } from './control/watch-send.ts';
import { TemplatesController } from './campaigns/templates.controller.ts';
import { ReadSendRequest } from './templates/read-send-request.ts';
import { ExplainSend } from './trials/explain-send.ts';
import { ExplainSendController } from './trials/explain-send.controller.ts';
import { PreviewMessage } from './trials/preview-message.ts';
import { PreviewsController } from './trials/previews.controller.ts';
import { AskForMessages } from './estimates/ask-for-messages.ts';
import { FindSample } from './estimates/find-sample.ts';
import { MeasuredRates } from './estimates/measured-rates.ts';
import { WeighSend } from './estimates/weigh-send.ts';
import { ReadTestSend } from './trials/read-test-send.ts';
import { TestSend } from './trials/test-send.ts';
import { TestSendsController } from './trials/test-sends.controller.ts';
import { TemplateRepository } from './templates/template.ts';
import { FindAudienceUses } from './audiences/find-named-audience.ts';
import { AudienceRepository } from './documents/audience.ts';
import { ResolveFilter } from './intake/resolve-filter.ts';
import { CampaignErasures } from './erasures/campaign-erasures.ts';
import { CancelSends } from './control/cancel-sends.ts';
import { MakeSend } from './control/make-send.ts';
import { JoinCancelKey } from './schedule/join-cancel-key.ts';
import { ScheduledControl } from './schedule/scheduled-control.ts';
import { placeOfBody } from './schedule/scheduled-send.ts';
import { ForgetScheduledSends, StartScheduledSends } from './schedule/start-scheduled-sends.ts';
import { CancelKeys, ScheduledSends, type ScheduledSend } from './send/scheduled-sends.ts';
import { DropPlan } from './retention/drop-plan.ts';
import { ForgetSends } from './retention/forget-sends.ts';
import { mongoAdapters, mongoCollections } from './mongo-adapters.ts';
import { sqliteAdapters } from './sqlite-adapters.ts';
import { campaignSettings, type CampaignSettings } from './settings.ts';

/** Where sends are kept for minutes, as in a test, they are looked for more often: a tenth of that time. */
const oldSendsEveryMs = 60_000;
const oldSendsSoonerMs = 8_640_000;

const controllers = [
  AudiencesController,
  CampaignRunsController,
  CampaignsController,
  EventsController,
  ExplainSendController,
  ActivitiesController,
  LiveSendsController,
  ProgressConsumer,
  ProvidersController,
  RecallController,
  RequestsConsumer,
  SchemasController,
  SendsController,
  SlicesConsumer,
  SystemHaltController,
  PreviewsController,
  TemplatesController,
  TestSendsController,
  TrackedEventsConsumer,
  UninstallProbesController,
  UserChangesConsumer,
];

const planning: FactoryProvider[] = [
  provide(AcceptedRecipients, SendRepository, PageReader, ResultReader),
  provide(FindCandidates, InstallationRepository, SendTargets, AcceptedRecipients),
  provide(PlannedMessages, PageReader, ResultReader),
  provide(SentMarks, SendRepository, PlannedMessages),
  provide(FrequencyCaps, FrequencyMarks, SentMarks),
  provide(DropMarks, FrequencyMarks, Clock),
  provide(SentMessages, SendRepository, PlannedMessages),
  provide(UnpushedCandidates, SentMessages),
  provide(PlanNextPage, PageRepository, FindCandidates, Canary, FrequencyCaps, UnpushedCandidates, LiveEvents, Clock),
  provide(
    PlanSlice,
    SendRepository,
    SliceRepository,
    PageRepository,
    PlanNextPage,
    OpenBatches,
    AcceptedRecipients,
    Canary,
    EventPublisher,
    BulkTurns,
    Clock,
  ),
  provide(WakeSlices, SliceRepository, Clock),
  provide(KeepPace, SendRepository, SliceRepository, Clock),
  sweepOf('sends with a rate', 500, KeepPace, (sweep) => sweep.execute()),
  provide(CheckHandOver, PageReader, AttemptReader),
  provide(SweepSlices, SendRepository, SliceRepository, PageRepository, CheckHandOver, OpenBatches, GroupPositions, Clock),
];

const progress: FactoryProvider[] = [
  provide(LiveSums, PageReader, ResultReader, SharedCache),
  provide(
    FinishSend,
    SendRepository,
    SliceRepository,
    PageRepository,
    PlanNextPage,
    OpenBatches,
    LiveSums,
    SuppressionMetrics,
    LiveEvents,
    Clock,
  ),
  provide(WatchCanary, Canary, SendRepository, SliceRepository, PageReader, ResultReader, LiveEvents, Clock),
  provide(WatchRamp, SendRepository, SliceRepository, LiveSums, LiveEvents, Clock),
  provide(WatchProbe, SendRepository, SliceRepository, PageRepository, ResultReader, LiveEvents, Clock),
  provide(CheckProgress, FinishSend, WakeSlices, OpenBatches, WatchCanary, WatchRamp, WatchProbe),
  provide(SuppressionMetrics, MetricsRegistry),
  provide(ScheduleMetrics, MetricsRegistry),
  provide(SettledCountdown),
  provide(SendMetrics, MetricsRegistry, SendRepository, LiveSums, Clock),
  provide(DropPlan, SendRepository, PageRepository, SliceRepository, SendTargets),
  provide(SweepSends, SendRepository, SliceRepository, CheckProgress, Canary, DropPlan, EventPublisher, Clock),
];

const sends: FactoryProvider[] = [
  provide(ResolveFilter, AudienceRepository),
  provide(ResolveTarget, InstallationRepository, UserRepository, ResolveFilter, Fingerprinter, ActivityTokens, Clock),
  provide(
    CreateSend,
    SendRepository,
    SendTargets,
    ResolveTarget,
    PlanSlice,
    Canary,
    CheckProgress,
    AppRepository,
    CredentialRepository,
    BulkTurns,
    WeighSend,
    Clock,
  ),
  provide(ChangeSend, SendRepository, LiveEvents),
  provide(FindSend, SendRepository, ScheduledSends),
  provide(ListSends, SendRepository, ScheduledSends, LiveSums, Clock),
  provide(
    ShowSend,
    LiveSums,
    ReceiptReader,
    ConversionReader,
    SliceRepository,
    ProviderStateReader,
    CredentialRepository,
    HaltRepository,
    ConsumerPresence,
    ShowWarnings,
    MeasuredRates,
    Clock,
  ),
  provide(WaitForEnd, FindSend),
  provideWith(WatchSend, usualPace, FindSend, ShowSend, LiveEvents, Clock),
  provide(ShowWarnings, CredentialRepository, Clock),
  provide(AnswerNewSend, IdempotentRequests, WaitForEnd, ShowSend, ShowWarnings),
  provide(ClosedWindows, AttemptReader),
  provide(PauseSend, ScheduledControl, ChangeSend, ClosedWindows, Clock),
  provide(ResumeSend, ScheduledControl, ChangeSend, SendRepository, SliceRepository, CheckProgress, Clock),
  provide(HoldRestoredSends, ChangeSend, SendRepository, ScheduledSends, ScheduledControl, Clock),
  provide(StopSend, ScheduledControl, ChangeSend, SendRepository, ClosedWindows, CheckProgress, Clock),
  provide(RecallSend, FindSend, StopSend, WaitForEnd, CreateSend, LiveSums, AuditLog, Clock),
];

const probes: FactoryProvider[] = [
  provide(StartUninstallProbe, SendRepository, ResolveTarget, CreateSend, Clock),
  provide(StartNightlyProbes, AppRepository, StartUninstallProbe, Clock),
  sweepOf('uninstall probes', 60_000, StartNightlyProbes, (nights) => nights.execute()),
];

const schedule: FactoryProvider[] = [
  provide(JoinCancelKey, CancelKeys, Clock),
  provide(ScheduledControl, ScheduledSends, SendRepository, Clock),
  provide(StartScheduledSends, ScheduledSends, CreateSend, ScheduledControl, JoinCancelKey, Sealer, Clock),
  provide(MakeSend, CreateSend, SendRepository, ScheduledSends, JoinCancelKey, StopSend, Sealer, Clock),
  provide(CancelSends, JoinCancelKey, FindSend, StopSend, Clock),
  sweepOf('scheduled sends', 1_000, StartScheduledSends, (sweep) => sweep.execute()),
];

const launching: FactoryProvider[] = [
  provide(ListCampaigns, CampaignRepository, CampaignRuns),
  provide(ChangeRun, CampaignRuns),
  provide(RescheduleRun, CampaignRuns, ChangeRun, Clock),
  provide(LaunchCampaign, CampaignRepository, ChangeRun, ReadSendRequest, MakeSend, Clock),
  provide(ControlCampaign, CampaignRepository, ChangeRun, ListSends, PauseSend, ResumeSend, StopSend, Clock),
  provide(SettleNewSend, CampaignRuns, PauseSend, StopSend),
  provide(SumCampaign, SendRepository, ScheduledSends, LiveSums, ReceiptReader, ConversionReader, SharedCache),
  provide(TriggerCampaign, CampaignRepository, CampaignRuns, ReadSendRequest, MakeSend, SettleNewSend),
  provide(FireTrigger, CampaignRepository, CampaignRuns, WaitingTriggers, ReadSendRequest, CreateSend, MakeSend, SettleNewSend, Clock),
  provide(FireDueTriggers, WaitingTriggers, FireTrigger, Clock),
  provide(ForgetTriggers, WaitingTriggers, Clock),
  provide(EnterCampaigns, CampaignRuns, WaitingTriggers, FireTrigger, Clock),
  provide(
    EndContest,
    CampaignRuns,
    ReadSendRequest,
    MakeSend,
    SettleNewSend,
    SendRepository,
    LiveSums,
    ReceiptReader,
    ConversionReader,
    Clock,
  ),
  provide(
    RunCampaigns,
    CampaignRuns,
    CampaignRepository,
    WaitingTriggers,
    AppRepository,
    ReadSendRequest,
    CreateSend,
    MakeSend,
    SettleNewSend,
    EndContest,
    ScheduleMetrics,
    Clock,
  ),
  sweepOf('campaigns', 1_000, RunCampaigns, (sweep) => sweep.execute()),
  sweepOf('triggers', 1_000, FireDueTriggers, (sweep) => sweep.execute()),
  sweepOf('cancelled triggers', oldSendsEveryMs, ForgetTriggers, (sweep) => sweep.execute()),
];

const estimates: FactoryProvider[] = [
  provide(AskForMessages, ErrandDesk, Sealer, Clock),
  provide(FindSample, FindCandidates, Clock),
  provide(WeighSend, FindSample, AskForMessages),
  provide(MeasuredRates, SendRepository, ProviderStateReader, SharedCache),
];

const trials: FactoryProvider[] = [
  provide(PreviewMessage, ReadSendRequest, CreateSend, FindCandidates, FindSample, InstallationRepository, UserRepository, AskForMessages),
  provide(ReadTestSend, CampaignRepository, UserRepository, InstallationRepository, ReadSendRequest),
  provide(TestSend, ReadTestSend, CreateSend, FindCandidates, AskForMessages),
  provide(ExplainSend, ReadSendRequest, CreateSend, FrequencyCaps, InstallationRepository, UserRepository, AskForMessages, Clock),
];

const others: FactoryProvider[] = [
  provide(FindAudienceUses, CampaignRepository, AudienceRepository),
  provide(ReadSendRequest, TemplateRepository),
  provide(SendOnRequest, AppRepository, EventIdentities, ReadSendRequest, MakeSend, Clock),
  provide(TriggerOnRequest, AppRepository, EventIdentities, TriggerCampaign, Clock),
  provide(AcceptEvents, AppRepository, SendRepository, ReadSendRequest, EventIdentities, EventPublisher, ShowWarnings, Clock),
  provide(ListProviders, ProviderStateReader, CredentialRepository, HaltRepository, ConsumerPresence),
  provide(ChangeHalt, HaltRepository, Clock),
  provide(HaltMetrics, MetricsRegistry, HaltRepository),
];

@Module({})
class CampaignModule {
  static forRuntime(
    { CANARY_MESSAGES, OPEN_BATCHES_PER_PROVIDER, PLAN_SWEEP_MS, SEND_RETENTION_DAYS }: CampaignSettings,
    runtime: Runtime,
  ): DynamicModule {
    return {
      module: CampaignModule,
      controllers,
      providers: [
        knownErrors(campaignStatuses),
        ...(runtime === 'embedded' ? sqliteAdapters : mongoAdapters),
        ...planning,
        ...progress,
        ...sends,
        ...probes,
        ...schedule,
        ...launching,
        ...estimates,
        ...trials,
        ...others,
        provideWith(Canary, CANARY_MESSAGES, Clock),
        provideWith(OpenBatches, OPEN_BATCHES_PER_PROVIDER, PageReader, ResultReader, ProviderStateReader, HaltRepository, Clock),
        provideWith(ForgetScheduledSends, SEND_RETENTION_DAYS, ScheduledSends, CancelKeys, Clock),
        sweepOf('ended schedules', oldSendsEveryMs, ForgetScheduledSends, (sweep) => sweep.execute()),
        provideWith(
          CampaignErasures,
          SEND_RETENTION_DAYS * 86_400_000,
          PersonalRecords,
          ErasureRepository,
          ErasureKeys,
          EventPublisher,
          Clock,
        ),
        sweepOf('erasures of campaign', 1_000, CampaignErasures, (erasures) => erasures.execute()),
        sweepOf('old frequency marks', oldSendsEveryMs, DropMarks, (sweep) => sweep.execute()),
        provideWith(ForgetSends, SEND_RETENTION_DAYS, SendRepository, Clock),
        sweepOf('old sends', Math.min(oldSendsEveryMs, SEND_RETENTION_DAYS * oldSendsSoonerMs), ForgetSends, (sweep) => sweep.execute()),
        sweepOf('sends', PLAN_SWEEP_MS, SweepSends, (sweep) => sweep.execute()),
        sweepOf('slices', PLAN_SWEEP_MS, SweepSlices, (sweep) => sweep.execute()),
      ],
    };
  }
}

/** Audiences, campaigns and sends: whom a push goes to, planned into batches, and when it is over. */
export const campaign = defineService({
  name: 'campaign',
  settings: campaignSettings,
  collections: mongoCollections,
  sealed: [{ name: 'scheduled_sends', boundTo: ({ send }: ScheduledSend) => placeOfBody(send.app, send.id) }],
  module: (settings, runtime) => CampaignModule.forRuntime(settings, runtime),
  restored: async (app, announcer) => {
    await app.get(ChangeHalt, { strict: false }).execute({}, { isOn: true, by: RESTORER, reason: 'restored' });
    const held = await app.get(HoldRestoredSends, { strict: false }).execute();
    await app.get(CampaignErasures, { strict: false }).settle();
    announcer.line(`  restored   ${held} unfinished sends are paused; look at each, then resume or stop it`);
    announcer.line('  held       nothing is sent to anybody until POST /v1/system/release');
  },
});
