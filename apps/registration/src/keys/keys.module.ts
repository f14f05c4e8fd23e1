import { ApiKeyRepository } from '#libs/access';
import { Clock } from '#libs/kernel';
import { provide } from '#libs/service/wiring';
import { Module } from '@nestjs/common';
import { AdminKeysController } from './admin-keys.controller.ts';
import { CreateKey } from './create-key.ts';
import { DeleteKey } from './delete-key.ts';
import { KeysController } from './keys.controller.ts';

@Module({
  controllers: [KeysController, AdminKeysController],
  providers: [provide(CreateKey, ApiKeyRepository, Clock), provide(DeleteKey, ApiKeyRepository, Clock)],
})
export class KeysModule {}
