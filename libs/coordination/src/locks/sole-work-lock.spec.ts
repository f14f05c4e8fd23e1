import { SoleWorkLock } from './sole-work-lock.ts';
import { workLockContract } from './work-lock.contract.ts';

workLockContract('a process alone', async () => new SoleWorkLock());
