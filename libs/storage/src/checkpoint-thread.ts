import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

/** Writers go on meanwhile: each pass copies what was written during the one before, which is less each time. */
const maxPasses = 5;
const littlePages = 256;

parentPort?.on('message', (order: 'copy' | 'end') => {
  if (order === 'end') {
    parentPort?.close();
    return;
  }
  copyLog(workerData as string);
  parentPort?.postMessage('copied');
});

/** Opens the file for each copy, so that whoever closes it last at other times is its owner. */
function copyLog(file: string): void {
  try {
    const db = new DatabaseSync(file);
    const copy = db.prepare('PRAGMA wal_checkpoint(PASSIVE)');
    const rest = db.prepare('PRAGMA wal_checkpoint(NOOP)');
    for (let pass = 0; pass < maxPasses; pass += 1) {
      copy.get();
      const { log, checkpointed } = rest.get() ?? {};
      if (Number(log) - Number(checkpointed) <= littlePages) break;
    }
    db.close();
  } catch {
    // A full disk, say: the log stays, and is copied another time.
  }
}
