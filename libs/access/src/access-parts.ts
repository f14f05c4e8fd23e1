import { Clock } from '#libs/kernel';
import { provide, provideWith } from '#libs/service/wiring';
import type { FactoryProvider } from '@nestjs/common';
import { AppRepository } from './apps/app.repository.ts';
import { CredentialRepository } from './credentials/credential.repository.ts';
import { CredentialVault } from './credentials/credential-vault.ts';
import { ApiKeyRepository } from './keys/api-key.repository.ts';
import { KeyRing, type KeyRingOptions } from './keys/key-ring.ts';
import { Sealer } from './sealing/sealer.ts';

/** What stands on the repositories, whatever they are. */
export function accessParts(keyRing: KeyRingOptions): FactoryProvider[] {
  return [provide(CredentialVault, CredentialRepository, Sealer), provideWith(KeyRing, keyRing, ApiKeyRepository, AppRepository, Clock)];
}
