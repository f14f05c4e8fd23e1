import { CredentialRepository, ErrandDesk } from '#libs/access';
import { provide } from '#libs/service/wiring';
import { Module } from '@nestjs/common';
import { SubscribeInstallations } from './subscribe-installations.ts';
import { TopicsController } from './topics.controller.ts';

@Module({ controllers: [TopicsController], providers: [provide(SubscribeInstallations, CredentialRepository, ErrandDesk)] })
export class TopicsModule {}
