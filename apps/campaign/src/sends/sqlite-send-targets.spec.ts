import { openStore } from '../opened-store.contract.ts';
import { sendTargetsContract } from './send-targets.contract.ts';
import { SqliteSendTargets } from './sqlite-send-targets.ts';

sendTargetsContract('SQLite', async () => new SqliteSendTargets(openStore().store));
