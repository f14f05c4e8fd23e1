import { SoleWorkLock } from '../../src/locks/work-lock.ts';
import { workLockContract } from '../../src/locks/work-lock.contract.ts';

workLockContract('a process alone', async () => new SoleWorkLock());
