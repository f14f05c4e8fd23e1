import { AppRepository, CredentialRepository, Sealer } from '#libs/access';
import { Clock, Fingerprinter } from '#libs/kernel';
import { provide } from '#libs/service/wiring';
import { Module } from '@nestjs/common';
import { CredentialsController } from './credentials.controller.ts';
import { SetCredential } from './set-credential.ts';

@Module({
  controllers: [CredentialsController],
  providers: [provide(SetCredential, AppRepository, CredentialRepository, Sealer, Fingerprinter, Clock)],
})
export class CredentialsModule {}
