import { openStore } from '../../src/opened-store.contract.ts';
import { sendTargetsContract } from '../../src/send/send-targets.contract.ts';
import { SqliteSendTargets } from '../../src/send/sqlite-send-targets.ts';

sendTargetsContract('SQLite', async () => new SqliteSendTargets(openStore().store));
