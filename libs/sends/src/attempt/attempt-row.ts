import { IndexSet } from '../index-set.ts';
import type { Attempt, AttemptState } from './attempt.ts';

/** An attempt as a row: columns that are asked for, and the rest as JSON. */
export interface AttemptRow {
  readonly id: string;
  readonly app: string;
  readonly sendId: string;
  readonly provider: string;
  readonly lane: string;
  readonly state: string;
  readonly epoch: number;
  readonly revision: number;
  readonly leaseUntil: number;
  readonly windowOpen: number;
  readonly createdAt: number;
  readonly body: string;
}

type Columns = 'id' | 'app' | 'sendId' | 'provider' | 'lane' | 'state' | 'epoch' | 'revision' | 'leaseUntil' | 'createdAt';

interface StoredBody extends Omit<Attempt, Columns | 'mask' | 'intended' | 'results' | 'doubt' | 'imported' | 'retry'> {
  readonly mask: string;
  readonly intended: string;
  readonly results: readonly (Omit<Attempt['results'][number], 'messages'> & { readonly messages: string })[];
  readonly doubt: string;
  readonly imported: string;
  readonly retry: readonly { readonly dueAt: number; readonly messages: string }[];
}

export function attemptRow(attempt: Attempt): AttemptRow {
  const { id, app, sendId, provider, lane, state, epoch, revision, leaseUntil, createdAt, ...rest } = attempt;
  const windowOpen = state === 'claimed' && !attempt.intended.isEmpty ? 1 : 0;
  return { id, app, sendId, provider, lane, state, epoch, revision, leaseUntil, windowOpen, createdAt, body: JSON.stringify(rest) };
}

/** Reads a row of `SELECT *` from the table of attempts. */
export function attemptOf(row: Readonly<Record<string, unknown>>): Attempt {
  const body = JSON.parse(String(row['body'])) as StoredBody;
  return {
    ...body,
    id: String(row['id']),
    app: String(row['app']),
    sendId: String(row['send_id']),
    provider: row['provider'] as Attempt['provider'],
    lane: row['lane'] as Attempt['lane'],
    state: row['state'] as AttemptState,
    epoch: Number(row['epoch']),
    revision: Number(row['revision']),
    leaseUntil: Number(row['lease_until']),
    createdAt: Number(row['created_at']),
    mask: IndexSet.parse(body.mask),
    intended: IndexSet.parse(body.intended),
    results: body.results.map((result) => ({ ...result, messages: IndexSet.parse(result.messages) })),
    doubt: IndexSet.parse(body.doubt),
    imported: IndexSet.parse(body.imported),
    retry: body.retry.map(({ dueAt, messages }) => ({ dueAt, messages: IndexSet.parse(messages) })),
  };
}
