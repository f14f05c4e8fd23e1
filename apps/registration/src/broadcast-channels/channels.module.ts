import { CredentialRepository, ErrandDesk } from '#libs/access';
import { provide } from '#libs/service/wiring';
import { Module } from '@nestjs/common';
import { AskForChannels } from './ask-for-channels.ts';
import { ChannelsController } from './channels.controller.ts';

@Module({ controllers: [ChannelsController], providers: [provide(AskForChannels, CredentialRepository, ErrandDesk)] })
export class ChannelsModule {}
