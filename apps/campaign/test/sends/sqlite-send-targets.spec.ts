import { openStore } from '../../src/opened-store.contract.ts';
import { sendTargetsContract } from '../../src/sends/send-targets.contract.ts';
import { SqliteSendTargets } from '../../src/sends/sqlite-send-targets.ts';

sendTargetsContract('SQLite', async () => new SqliteSendTargets(openStore().store));
