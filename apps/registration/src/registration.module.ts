import { AppRepository, AuditLog, CredentialRepository } from '#libs/access';
import { knownErrors, type StatusesOf } from '#libs/api';
import { EventPublisher } from '#libs/messaging';
import { Clock, ErasureKeys, Fingerprinter, Random } from '#libs/kernel';
import {
  ActivityTokens,
  BeginErasure,
  ChangeInstallationTags,
  ErasureRepository,
  FinishTokenClaim,
  ExportRepository,
  ImportLines,
  ImportRepository,
  InstallationRepository,
  PersonalRecords,
  RegisterInstallation,
  RemoveInstallation,
  StartSession,
  SweepRegistry,
  UserRepository,
  mongoRegistry,
  erasureParts,
  personalRecordsIn,
  registryCollections,
  sqliteRegistry,
} from '#libs/registry';
import { InstallationGuard, registryStatuses, sdkAuthStatuses } from '#libs/registry-http';
import { MetricsRegistry, defineService, sweepOf, type Runtime } from '#libs/service';
import { provide } from '#libs/service/wiring';
import { FileKeeper } from '#libs/storage';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { ActivitiesController } from './activities/activities.controller.ts';
import { KeepActivityToken, type InstallationNotOnApns } from './activities/keep-activity-token.ts';
import { AppsModule } from './apps/apps.module.ts';
import { ClaimsConsumer } from './claims/claims.consumer.ts';
import { CredentialMetrics } from './credentials/credential-metrics.ts';
import { NoteEndingCredentials } from './credentials/note-ending-credentials.ts';
import { CredentialsModule } from './credentials/credentials.module.ts';
import { RegistrationErasures } from './erasures/registration-erasures.ts';
import { exportStatuses } from './exports/export-errors.ts';
import { ExportsController } from './exports/exports.controller.ts';
import { ManageExports } from './exports/manage-exports.ts';
import { RunExports } from './exports/run-exports.ts';
import { importStatuses } from './imports/import-errors.ts';
import { ImportsController } from './imports/imports.controller.ts';
import { ManageImports } from './imports/manage-imports.ts';
import { RunImports } from './imports/run-imports.ts';
import { AllInstallationsController } from './installations/all-installations.controller.ts';
import { ForgetInstallation } from './installations/forget-installation.ts';
import { InstallationLedgerController } from './installations/installation-ledger.controller.ts';
import { InstallationPatchesController } from './installations/installation-patches.controller.ts';
import { InstallationTagsController } from './installations/installation-tags.controller.ts';
import { InstallationsController } from './installations/installations.controller.ts';
import type { PatchNotApplicable, PatchTestFailed } from './installations/json-patch.ts';
import { OpenSession } from './installations/open-session.ts';
import { PatchInstallation } from './installations/patch-installation.ts';
import { PutInstallation } from './installations/put-installation.ts';
import { RegistrationMetrics } from './installations/registration-metrics.ts';
import { SessionsController } from './installations/sessions.controller.ts';
import { TagInstallation } from './installations/tag-installation.ts';
import { KeysModule } from './keys/keys.module.ts';
import { registrationSettings, type RegistrationSettings } from './settings.ts';
import { FindTokenOwner, type TokenNotFound } from './tokens/find-token-owner.ts';
import { TokensController } from './tokens/tokens.controller.ts';
import { ChannelsModule } from './broadcast-channels/channels.module.ts';
import type { ChannelNotFound } from './broadcast-channels/ask-for-channels.ts';
import { TopicsModule } from './topics/topics.module.ts';

const ownStatuses: StatusesOf<ChannelNotFound | InstallationNotOnApns | PatchTestFailed | PatchNotApplicable | TokenNotFound> = {
  channel_not_found: 404,
  installation_not_on_apns: 409,
  patch_test_failed: 409,
  patch_not_applicable: 400,
  token_not_found: 404,
};

/** The HTTP statuses of the codes that registration adds to those of every call. */
const registrationStatuses = { ...registryStatuses, ...sdkAuthStatuses, ...importStatuses, ...exportStatuses, ...ownStatuses };

const controllers = [
  AllInstallationsController,
  InstallationsController,
  InstallationPatchesController,
  SessionsController,
  InstallationTagsController,
  InstallationLedgerController,
  TokensController,
  ImportsController,
  ExportsController,
  ActivitiesController,
  ClaimsConsumer,
];

const endsReadEveryMs = 600_000;

const operations: Provider[] = [
  provide(RegistrationMetrics, MetricsRegistry, InstallationRepository, Clock),
  provide(CredentialMetrics, MetricsRegistry, AppRepository, CredentialRepository, Clock),
  provide(NoteEndingCredentials, AppRepository, CredentialRepository, Clock),
  sweepOf('ending credentials', endsReadEveryMs, NoteEndingCredentials, (notes) => notes.execute()),
  provide(RegisterInstallation, InstallationRepository, UserRepository, Clock, Fingerprinter, Random),
  provide(StartSession, InstallationRepository, UserRepository, Clock, Fingerprinter, Random),
  provide(RemoveInstallation, InstallationRepository, UserRepository, Clock, Random),
  provide(ChangeInstallationTags, InstallationRepository, Clock, Random),
  provide(FinishTokenClaim, InstallationRepository, Clock, Random),
  provide(ImportLines, ImportRepository, Clock, Fingerprinter, Random),
  provide(SweepRegistry, InstallationRepository, UserRepository, Clock, Random),
];

const useCases: Provider[] = [
  provide(InstallationGuard, InstallationRepository, Clock),
  provide(PutInstallation, InstallationRepository, RegisterInstallation, InstallationGuard, Fingerprinter),
  provide(PatchInstallation, RegisterInstallation, InstallationGuard),
  provide(ForgetInstallation, RemoveInstallation, InstallationGuard),
  provide(OpenSession, InstallationRepository, StartSession, InstallationGuard),
  provide(TagInstallation, ChangeInstallationTags, InstallationGuard),
  provide(KeepActivityToken, ActivityTokens, InstallationGuard, Fingerprinter, Clock),
  provide(FindTokenOwner, InstallationRepository, Fingerprinter),
  provide(ManageImports, ImportRepository, FileKeeper, EventPublisher, Clock),
  provide(RunImports, ImportRepository, ImportLines, FileKeeper, AppRepository, EventPublisher, Clock),
  ...erasureParts,
  provide(
    RegistrationErasures,
    ImportRepository,
    ExportRepository,
    FileKeeper,
    PersonalRecords,
    ErasureRepository,
    ErasureKeys,
    EventPublisher,
    Clock,
  ),
  sweepOf('erasures of registration', 1_000, RegistrationErasures, (erasures) => erasures.execute()),
  provide(ManageExports, ExportRepository, FileKeeper, AuditLog, Clock),
  provide(RunExports, ExportRepository, InstallationRepository, UserRepository, FileKeeper, Clock),
];

const oldJobsMs = 600_000;

@Module({})
class RegistrationModule {
  static forRuntime(settings: RegistrationSettings, runtime: Runtime): DynamicModule {
    const { REGISTRY_SWEEP_MS, REGISTRY_IDLE_DAYS, IMPORT_SWEEP_MS, IMPORT_RETENTION_DAYS, EXPORT_SWEEP_MS, EXPORT_RETENTION_HOURS } =
      settings;
    return {
      module: RegistrationModule,
      imports: [AppsModule, KeysModule, CredentialsModule, ChannelsModule, TopicsModule],
      controllers,
      providers: [
        knownErrors(registrationStatuses),
        ...(runtime === 'embedded' ? sqliteRegistry : [...mongoRegistry, personalRecordsIn(registryCollections)]),
        ...operations,
        ...useCases,
        sweepOf('activity tokens', 60_000, KeepActivityToken, (tokens) => tokens.dropExpired()),
        sweepOf('registry', REGISTRY_SWEEP_MS, SweepRegistry, async (sweep) => {
          await sweep.execute(undefined, REGISTRY_IDLE_DAYS);
        }),
        sweepOf('imports', IMPORT_SWEEP_MS, RunImports, (imports) => imports.execute()),
        sweepOf('exports', EXPORT_SWEEP_MS, RunExports, (exports) => exports.execute()),
        sweepOf('old exports', oldJobsMs, RunExports, (exports) => exports.forget(EXPORT_RETENTION_HOURS)),
        sweepOf('old imports', oldJobsMs, RunImports, (imports) => imports.forget(IMPORT_RETENTION_DAYS)),
      ],
    };
  }
}

/** Installations and push tokens; apps, keys and credentials. */
export const registration = defineService({
  name: 'registration',
  settings: registrationSettings,
  collections: registryCollections,
  module: (settings, runtime) => RegistrationModule.forRuntime(settings, runtime),
  restored: async (app, announcer) => {
    // Whoever is first begins them: services start in any order.
    await app.get(BeginErasure, { strict: false }).replay((line) => {
      announcer.line(line);
    });
    await app.get(RegistrationErasures, { strict: false }).settle();
  },
});
