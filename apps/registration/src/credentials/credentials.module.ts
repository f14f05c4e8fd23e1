import { AppRepository, AuditLog, ErrandDesk, CredentialRepository, Sealer } from '#libs/access';
import { Clock, Fingerprinter } from '#libs/kernel';
import { provide } from '#libs/service/wiring';
import { Module } from '@nestjs/common';
import { CheckStoredCredential } from './check-stored-credential.ts';
import { CredentialsController } from './credentials.controller.ts';
import { RollBackCredential } from './roll-back-credential.ts';
import { SetCredential } from './set-credential.ts';

@Module({
  controllers: [CredentialsController],
  providers: [
    provide(SetCredential, AppRepository, CredentialRepository, Sealer, Fingerprinter, ErrandDesk, Clock),
    provide(RollBackCredential, CredentialRepository, Sealer, Clock),
    provide(CheckStoredCredential, CredentialRepository, ErrandDesk, AuditLog, Clock),
  ],
})
export class CredentialsModule {}
