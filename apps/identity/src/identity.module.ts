import { AppRepository } from '#libs/access';
import { EventIdentities, knownErrors, type StatusesOf } from '#libs/api';
import { Clock, Fingerprinter, Random } from '#libs/kernel';
import { EventPublisher } from '#libs/messaging';
import {
  ChangeUser,
  ChangeUserTags,
  CopyUserToInstallations,
  DetachUser,
  FindUser,
  FinishMerge,
  InstallationRepository,
  UpdateUser,
  UserRepository,
  mongoRegistry,
  registryCollections,
  sqliteRegistry,
} from '#libs/registry';
import { InstallationGuard, registryStatuses, sdkAuthStatuses } from '#libs/registry-http';
import { defineService, type Runtime } from '#libs/service';
import { provide } from '#libs/service/wiring';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { CopiesConsumer } from './copies/copies.consumer.ts';
import { MergesConsumer } from './merges/merges.consumer.ts';
import { identitySettings } from './settings.ts';
import { ApplyUserUpdate, RejectUpdate, type UserUpdateInvalid } from './updates/apply-user-update.ts';
import { UpdatesConsumer } from './updates/updates.consumer.ts';
import { BindUser } from './users/bind-user.ts';
import { InstallationUserController } from './users/installation-user.controller.ts';
import { OwnUserGuard, type UserNotOwn } from './users/own-user-guard.ts';
import { PatchUser } from './users/patch-user.ts';
import { TagUser } from './users/tag-user.ts';
import { UserLedgerController } from './users/user-ledger.controller.ts';
import { UserReachabilityController } from './users/user-reachability.controller.ts';
import { UserTagsController } from './users/user-tags.controller.ts';
import { UsersController } from './users/users.controller.ts';

const ownStatuses: StatusesOf<UserNotOwn | UserUpdateInvalid> = { user_not_own: 403, user_update_invalid: 400 };

/** The HTTP statuses of the codes that identity adds to those of every call. */
const identityStatuses = { ...registryStatuses, ...sdkAuthStatuses, ...ownStatuses };

const controllers = [
  InstallationUserController,
  UsersController,
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
];

const useCases: Provider[] = [
  provide(InstallationGuard, InstallationRepository, Clock),
  provide(OwnUserGuard, InstallationGuard),
  provide(BindUser, InstallationRepository, ChangeUser, DetachUser, InstallationGuard),
  provide(PatchUser, UpdateUser, ChangeUserTags, FindUser, OwnUserGuard, UserRepository),
  provide(TagUser, ChangeUserTags, OwnUserGuard, UserRepository),
  provide(ApplyUserUpdate, AppRepository, EventIdentities, UpdateUser),
  provide(RejectUpdate, EventPublisher, Clock),
];

@Module({})
class IdentityModule {
  static forRuntime(runtime: Runtime): DynamicModule {
    const adapters = runtime === 'embedded' ? sqliteRegistry : mongoRegistry;
    return { module: IdentityModule, controllers, providers: [knownErrors(identityStatuses), ...adapters, ...operations, ...useCases] };
  }
}

/** Users: who owns an installation, what they wish, whether they can be reached. */
export const identity = defineService({
  name: 'identity',
  settings: identitySettings,
  collections: registryCollections,
  module: (_settings, runtime) => IdentityModule.forRuntime(runtime),
});
