import type { Variables } from '#libs/sends';
import type { SqliteStore } from '#libs/storage';
import { compareKeys } from './compare-keys.ts';
import { SendTargets, TARGETS_IN_DOCUMENT, type TargetedRecipient } from './send-targets.ts';

/** Parallel arrays; variables by position, because most recipients have none. */
interface PackedRecipients {
  readonly keys: readonly string[];
  readonly epochs: readonly (number | null)[];
  readonly variables: Readonly<Record<string, Variables>>;
}

export class SqliteSendTargets extends SendTargets {
  constructor(private readonly store: SqliteStore) {
    super();
  }

  async put(sendId: string, recipients: readonly TargetedRecipient[]): Promise<void> {
    await this.store.write(() => {
      const stored = this.store.sql('SELECT 1 FROM send_targets WHERE send_id = ? LIMIT 1').get(sendId);
      if (stored) return;
      for (let n = 0; n * TARGETS_IN_DOCUMENT < recipients.length; n += 1) {
        const part = recipients.slice(n * TARGETS_IN_DOCUMENT, (n + 1) * TARGETS_IN_DOCUMENT);
        this.store
          .sql('INSERT INTO send_targets (send_id, n, last_key, recipients) VALUES (?, ?, ?, ?)')
          .run(sendId, n, part.at(-1)?.key ?? '', packed(part));
      }
    });
  }

  async after(sendId: string, key: string, limit: number): Promise<readonly TargetedRecipient[]> {
    const found: TargetedRecipient[] = [];
    let from = -1;
    while (found.length < limit) {
      const row = this.store
        .sql('SELECT n, recipients FROM send_targets WHERE send_id = ? AND n > ? AND last_key > ? ORDER BY n LIMIT 1')
        .get(sendId, from, key);
      if (!row) break;
      from = Number(row['n']);
      found.push(...unpacked(String(row['recipients'])).filter((recipient) => compareKeys(recipient.key, key) > 0));
    }
    return found.slice(0, limit);
  }
}

function packed(recipients: readonly TargetedRecipient[]): string {
  const variables = recipients.flatMap(({ variables: own }, index) => (own ? [[index, own] as const] : []));
  const document: PackedRecipients = {
    keys: recipients.map(({ key }) => key),
    epochs: recipients.map(({ ownerEpoch }) => ownerEpoch),
    variables: Object.fromEntries(variables),
  };
  return JSON.stringify(document);
}

function unpacked(text: string): TargetedRecipient[] {
  const { keys, epochs, variables } = JSON.parse(text) as PackedRecipients;
  return keys.map((key, index) => ({ key, ownerEpoch: epochs[index] ?? null, variables: variables[index] ?? null }));
}
