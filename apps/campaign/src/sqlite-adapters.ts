import { Clock } from '#libs/kernel';
import { SqliteEventLog } from '#libs/messaging';
import { registryMigrations, sqliteRegistry } from '#libs/registry';
import {
  AttemptReader,
  PageReader,
  ProviderStateReader,
  ConversionReader,
  ReceiptReader,
  ResultReader,
  SqliteAttemptReader,
  SqlitePageReader,
  SqliteProviderStateReader,
  SqliteConversionReader,
  SqliteReceiptReader,
  SqliteResultReader,
  attemptMigrations,
  providerStateMigrations,
  conversionMigrations,
  receiptMigrations,
  resultMigrations,
  sendsMigrations,
} from '#libs/sends';
import { PageRepository, SqlitePageRepository } from '#libs/sends/page/writing';
import { SendRepository, SqliteSendRepository } from '#libs/sends/send/writing';
import { SliceRepository, SqliteSliceRepository } from '#libs/sends/slice/writing';
import { SqliteStore, tablesOf } from '#libs/storage';
import { provideAs } from '#libs/service/wiring';
import type { FactoryProvider } from '@nestjs/common';
import { ActivityClock } from './activities/activity-clock.ts';
import { MemoryActivityClock } from './activities/memory-activity-clock.ts';
import { AudienceRepository } from './documents/audience.ts';
import { documentsTable, SqliteNamedDocuments } from './documents/sqlite-named-documents.ts';
import { TemplateRepository } from './templates/template.ts';
import { CampaignRuns } from './campaigns/campaign-run.ts';
import { CampaignRepository } from './campaigns/campaign.repository.ts';
import { SqliteCampaignRuns, campaignRunMigrations } from './campaigns/sqlite-campaign-runs.ts';
import { SqliteWaitingTriggers, waitingTriggerMigrations } from './launching/sqlite-waiting-triggers.ts';
import { WaitingTriggers } from './launching/waiting-trigger.ts';
import { SendTargets } from './send/send-targets.ts';
import { CancelKeys, ScheduledSends } from './send/scheduled-sends.ts';
import { SqliteCancelKeys, SqliteScheduledSends, scheduledSendMigrations } from './send/sqlite-scheduled-sends.ts';
import { SqliteSendTargets } from './send/sqlite-send-targets.ts';

/** Tables of named documents; scheduled sends have come in between. */
export const documentMigrations = [{ id: 'campaign-001', sql: documentsTable('campaigns') }];
const templateMigrations = [
  { id: 'campaign-003', sql: documentsTable('templates') },
  { id: 'campaign-004', sql: documentsTable('audiences') },
];

function documentsIn(port: abstract new () => object, table: string): FactoryProvider {
  return { provide: port, useFactory: (store: SqliteStore) => new SqliteNamedDocuments(store, table), inject: [SqliteStore] };
}

/** Every port on the embedded store. */
export const sqliteAdapters: readonly FactoryProvider[] = [
  tablesOf('campaign', [
    ...registryMigrations,
    ...sendsMigrations,
    ...attemptMigrations,
    ...resultMigrations,
    ...conversionMigrations,
    ...receiptMigrations,
    ...providerStateMigrations,
    ...documentMigrations,
    ...scheduledSendMigrations,
    ...templateMigrations,
    ...campaignRunMigrations,
    ...waitingTriggerMigrations,
  ]),
  ...sqliteRegistry,
  provideAs(SendRepository, SqliteSendRepository, SqliteStore, SqliteEventLog),
  provideAs(SendTargets, SqliteSendTargets, SqliteStore),
  provideAs(SliceRepository, SqliteSliceRepository, SqliteStore, SqliteEventLog),
  provideAs(PageRepository, SqlitePageRepository, SqliteStore, SqliteEventLog),
  provideAs(PageReader, SqlitePageReader, SqliteStore),
  provideAs(AttemptReader, SqliteAttemptReader, SqliteStore),
  provideAs(ResultReader, SqliteResultReader, SqliteStore),
  provideAs(ReceiptReader, SqliteReceiptReader, SqliteStore),
  provideAs(ConversionReader, SqliteConversionReader, SqliteStore),
  provideAs(ProviderStateReader, SqliteProviderStateReader, SqliteStore, Clock),
  provideAs(ScheduledSends, SqliteScheduledSends, SqliteStore),
  provideAs(CancelKeys, SqliteCancelKeys, SqliteStore),
  provideAs(CampaignRuns, SqliteCampaignRuns, SqliteStore),
  provideAs(WaitingTriggers, SqliteWaitingTriggers, SqliteStore),
  provideAs(ActivityClock, MemoryActivityClock, Clock),
  documentsIn(CampaignRepository, 'campaigns'),
  documentsIn(TemplateRepository, 'templates'),
  documentsIn(AudienceRepository, 'audiences'),
];
