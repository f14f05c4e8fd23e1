import { Clock, ErasureKeys, Random } from '#libs/kernel';
import { provide } from '#libs/service/wiring';
import { ErasureList } from '#libs/storage';
import { AliasRepository } from '../alias/alias.repository.ts';
import { InstallationRepository } from '../installation/installation.repository.ts';
import { UserRepository } from '../user/user.repository.ts';
import { BeginErasure } from './begin-erasure.ts';
import { EraseUser } from './erase-user.ts';
import { ErasureRepository } from './erasure.repository.ts';

/** What begins an erasure. Identity does when it is asked, and it and registration do after a restore: services start in any order. */
export const erasureParts = [
  provide(EraseUser, UserRepository, InstallationRepository, ErasureKeys, Clock, Random),
  provide(
    BeginErasure,
    UserRepository,
    InstallationRepository,
    AliasRepository,
    ErasureRepository,
    ErasureList,
    EraseUser,
    ErasureKeys,
    Clock,
  ),
];
