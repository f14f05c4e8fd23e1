import type { SqliteStore } from '#libs/storage';
import { frozenTextOf, type FrozenSend } from './frozen-send.ts';
import type { Send, SendState, SendSums } from './send.ts';

export interface MutableSendRow {
  readonly id: string;
  readonly revision: number;
  readonly state: SendState;
  readonly paused_from: 'planning' | 'sending' | null;
  readonly state_reason: string | null;
  readonly state_since: number;
  readonly finished_at: number | null;
  readonly forgotten_at: number | null;
  readonly due_at: number | null;
  readonly sums: string | null;
}

/** The columns of MutableSendRow. */
export const MUTABLE_SEND_COLUMNS = 'id, revision, state, paused_from, state_reason, state_since, finished_at, forgotten_at, due_at, sums';

export function sendFrom(row: MutableSendRow, frozen: FrozenSend): Send {
  return {
    ...frozen,
    revision: row.revision,
    state: row.state,
    pausedFrom: row.paused_from,
    stateReason: row.state_reason,
    stateSince: row.state_since,
    finishedAt: row.finished_at,
    ...(row.forgotten_at !== null && { forgottenAt: row.forgotten_at }),
    dueAt: row.due_at,
    sums: row.sums === null ? null : (JSON.parse(row.sums) as SendSums),
  };
}

/** Inserts a send; a clash of ids is the caller's to understand. Inside `store.write` only. */
export function insertSend(store: SqliteStore, send: Send): void {
  store
    .sql(
      `INSERT INTO sends (id, app, revision, created_at, campaign, state, paused_from, state_reason, state_since, finished_at, forgotten_at, due_at, sums, frozen)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(send.id, send.app, send.revision, send.createdAt, send.campaign, ...mutableValues(send), frozenTextOf(send));
}

/** Stores what may change, if the stored revision is the one before. Answers whether it was. Inside `store.write` only. */
export function updateSend(store: SqliteStore, send: Send): boolean {
  const { changes } = store
    .sql(
      `UPDATE sends SET state = ?, paused_from = ?, state_reason = ?, state_since = ?, finished_at = ?, forgotten_at = ?, due_at = ?, sums = ?, revision = ?
       WHERE id = ? AND revision = ?`,
    )
    .run(...mutableValues(send), send.revision, send.id, send.revision - 1);
  return changes === 1;
}

function mutableValues(send: Send): (string | number | null)[] {
  return [
    send.state,
    send.pausedFrom,
    send.stateReason,
    send.stateSince ?? send.createdAt,
    send.finishedAt,
    send.forgottenAt ?? null,
    send.dueAt,
    send.sums === null ? null : JSON.stringify(send.sums),
  ];
}
