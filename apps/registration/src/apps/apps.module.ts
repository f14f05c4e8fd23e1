import { AppRepository, CredentialRepository, CredentialVault, Sealer } from '#libs/access';
import { Clock } from '#libs/kernel';
import { provide } from '#libs/service/wiring';
import { Module } from '@nestjs/common';
import { AppsController } from './apps.controller.ts';
import { AuditController } from './audit.controller.ts';
import { DeleteApp, PatchApp, PutApp } from './change-app.ts';
import { SdkSettingsController } from './sdk-settings.controller.ts';

@Module({
  controllers: [AppsController, AuditController, SdkSettingsController],
  providers: [
    provide(CredentialVault, CredentialRepository, Sealer),
    provide(PutApp, AppRepository, Clock),
    provide(PatchApp, AppRepository, Clock),
    provide(DeleteApp, AppRepository, Clock),
  ],
})
export class AppsModule {}
