import { AppRepository, AuditLog } from '#libs/access';
import { EventIdentities, idempotencyCollections, knownErrors, type StatusesOf } from '#libs/api';
import { Clock, ErasureKeys, Fingerprinter, Random } from '#libs/kernel';
import { EventPublisher } from '#libs/messaging';
import {
  AliasRepository,
  BeginErasure,
  BehaviourRepository,
  EngagementRepository,
  CarryOutMerges,
  ChangeAliases,
  ChangeInstallationTags,
  ChangeUser,
  ChangeUserTags,
  CopyUserToInstallations,
  DetachUser,
  EraseUser,
  ErasureRepository,
  FrequencyMarks,
  FindOrMakeUser,
  FindUser,
  FinishMerge,
  IdentifyUser,
  InstallationRepository,
  OperationRepository,
  PersonalRecords,
  TokenLedger,
  TrackUser,
  UpdateUser,
  UserRepository,
  mongoRegistry,
  personalRecordsIn,
  registryCollections,
  sqliteRegistry,
  erasureParts,
} from '#libs/registry';
import { InstallationGuard, registryStatuses, sdkAuthStatuses } from '#libs/registry-http';
import { PlatformSettingsOf, defineService, sweepOf, type Runtime } from '#libs/service';
import { provide } from '#libs/service/wiring';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { CopiesConsumer } from './copies/copies.consumer.ts';
import { ErasePerson, type ErasureNotFound } from './erasures/erase-person.ts';
import { ErasureKeyController, ErasuresController } from './erasures/erasures.controller.ts';
import { IdentityErasures } from './erasures/identity-erasures.ts';
import { BeginMerges, SweepOperations, type OperationNotFound } from './merges/begin-merges.ts';
import { MergesConsumer } from './merges/merges.consumer.ts';
import { MergesController } from './merges/merges.controller.ts';
import { identitySettings } from './settings.ts';
import { BulkTagsController } from './tracking/bulk-tags.controller.ts';
import { CountTrackedEvent } from './tracking/count-tracked-event.ts';
import { InstallationEventsController } from './tracking/installation-events.controller.ts';
import { PublishTrackedEvent } from './tracking/publish-tracked-event.ts';
import { TrackUsersController } from './tracking/track-users.controller.ts';
import { ApplyUserUpdate, RejectUpdate, type UserUpdateInvalid } from './updates/apply-user-update.ts';
import { UpdatesConsumer } from './updates/updates.consumer.ts';
import { BindUser } from './users/bind-user.ts';
import { InstallationUserController } from './users/installation-user.controller.ts';
import { OwnUserGuard, type UserNotOwn } from './users/own-user-guard.ts';
import { PatchOwner } from './users/patch-owner.ts';
import { PatchUser } from './users/patch-user.ts';
import { ShowUser } from './users/show-user.ts';
import { TagUser } from './users/tag-user.ts';
import { UserLedgerController } from './users/user-ledger.controller.ts';
import { AllUsersController } from './users/all-users.controller.ts';
import { UserReachabilityController } from './users/user-reachability.controller.ts';
import { UserTagsController } from './users/user-tags.controller.ts';
import { UsersController } from './users/users.controller.ts';

const ownStatuses: StatusesOf<UserNotOwn | UserUpdateInvalid | OperationNotFound | ErasureNotFound> = {
  user_not_own: 403,
  user_update_invalid: 400,
  operation_not_found: 404,
  erasure_not_found: 404,
};

/** The HTTP statuses of the codes that identity adds to those of every call. */
const identityStatuses = { ...registryStatuses, ...sdkAuthStatuses, ...ownStatuses };

type Parts = ConstructorParameters<typeof IdentityErasures> extends [...infer P, number] ? P : never;

/** Topics of Kafka keep their events for a week. */
function logKeptMs({ RUNTIME, LOG_RETENTION_DAYS }: PlatformSettingsOf['settings']): number {
  return (RUNTIME === 'embedded' ? LOG_RETENTION_DAYS : 7) * 86_400_000;
}

const erasedEveryMs = 1_000;

/** How often operations are looked for that their own process did not finish. */
const sweepEveryMs = 2_000;

const controllers = [
  TrackUsersController,
  MergesController,
  BulkTagsController,
  InstallationEventsController,
  AllUsersController,
  InstallationUserController,
  UsersController,
  ErasuresController,
  ErasureKeyController,
  UserTagsController,
  UserLedgerController,
  UserReachabilityController,
  MergesConsumer,
  CopiesConsumer,
  UpdatesConsumer,
];

const operations: Provider[] = [
  provide(ChangeUser, InstallationRepository, UserRepository, Clock, Fingerprinter, Random),
  provide(DetachUser, InstallationRepository, UserRepository, Clock, Fingerprinter, Random),
  provide(UpdateUser, UserRepository, InstallationRepository, Clock, Random),
  provide(ChangeUserTags, UserRepository, InstallationRepository, Clock, Random),
  provide(FindUser, UserRepository, InstallationRepository),
  provide(FinishMerge, UserRepository, InstallationRepository, Clock, Random),
  provide(CopyUserToInstallations, UserRepository, InstallationRepository),
  provide(ChangeInstallationTags, InstallationRepository, Clock, Random),
  provide(ChangeAliases, AliasRepository, UserRepository, InstallationRepository, Clock, Random),
  provide(FindOrMakeUser, UserRepository, InstallationRepository, AliasRepository, Clock, Random),
  provide(TrackUser, UserRepository, InstallationRepository, AliasRepository, BehaviourRepository, Clock, Random),
  provide(IdentifyUser, UserRepository, InstallationRepository, AliasRepository, Clock, Random),
  provide(CarryOutMerges, OperationRepository, UserRepository, InstallationRepository, Clock, Random),
];

const erasing: Provider[] = [
  ...erasureParts,
  provide(ErasePerson, UserRepository, BeginErasure, AuditLog, Clock),
  {
    provide: IdentityErasures,
    useFactory: (...[{ settings }, ...parts]: [PlatformSettingsOf, ...Parts]) => new IdentityErasures(...parts, logKeptMs(settings)),
    inject: [
      PlatformSettingsOf,
      EraseUser,
      AliasRepository,
      BehaviourRepository,
      EngagementRepository,
      FrequencyMarks,
      TokenLedger,
      PersonalRecords,
      ErasureRepository,
      ErasureKeys,
      EventPublisher,
      Clock,
    ],
  },
  sweepOf('erasures of identity', erasedEveryMs, IdentityErasures, (erasures) => erasures.execute()),
];

const useCases: Provider[] = [
  provide(InstallationGuard, InstallationRepository, Clock),
  provide(OwnUserGuard, InstallationGuard),
  provide(BindUser, InstallationRepository, ChangeUser, DetachUser, InstallationGuard),
  provide(ShowUser, FindUser, AliasRepository),
  provide(BeginMerges, OperationRepository, FindOrMakeUser, CarryOutMerges, Clock),
  provide(SweepOperations, CarryOutMerges, AppRepository),
  provide(PatchUser, UpdateUser, ChangeUserTags, FindUser, OwnUserGuard, UserRepository, ChangeAliases),
  provide(PatchOwner, InstallationGuard, TrackUser),
  provide(TagUser, ChangeUserTags, OwnUserGuard, UserRepository),
  provide(ApplyUserUpdate, AppRepository, EventIdentities, UpdateUser),
  provide(PublishTrackedEvent, EventPublisher),
  provide(CountTrackedEvent, AppRepository, TrackUser, Clock),
  provide(RejectUpdate, EventPublisher, Clock),
];

@Module({})
class IdentityModule {
  static forRuntime(runtime: Runtime): DynamicModule {
    const adapters = runtime === 'embedded' ? sqliteRegistry : mongoRegistry;
    return {
      module: IdentityModule,
      controllers,
      providers: [
        knownErrors(identityStatuses),
        ...adapters,
        ...(runtime === 'embedded' ? [] : [personalRecordsIn([...registryCollections, ...idempotencyCollections])]),
        ...erasing,
        ...operations,
        ...useCases,
        sweepOf('user operations', sweepEveryMs, SweepOperations, (sweep) => sweep.execute()),
      ],
    };
  }
}

/** Users: who owns an installation, what they wish, whether they can be reached. */
export const identity = defineService({
  name: 'identity',
  settings: identitySettings,
  collections: registryCollections,
  module: (_settings, runtime) => IdentityModule.forRuntime(runtime),
  restored: async (app, announcer) => {
    await app.get(BeginErasure, { strict: false }).replay((line) => {
      announcer.line(line);
    });
    await app.get(IdentityErasures, { strict: false }).settle();
  },
});
