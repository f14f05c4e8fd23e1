import type { LedgerLine } from '../../src/ledger/token-ledger.ts';
import { app } from '../../src/opened-registry.contract.ts';
import type { ModelRegistry } from './model-registry.ts';
import { DEVICES } from './model-state.ts';
import type { Reading } from './view.ts';

const tombstoneAgeMs = 7 * 24 * 60 * 60 * 1_000;
/** Of the last line of an installation that is gone. */
const ends: readonly (string | null)[] = ['deleted', 'idle_anonymous', 'erased'];
const losses: readonly string[] = ['superseded', 'invalidated', 'uninstalled', 'expired', 'removed'];

/**
 * The lines of each installation stand in the order of its revisions, each later than the one before, and replayed they give the token it has.
 * Answers the time of the last line of all.
 */
export async function expectLedgerInOrder({ opened }: ModelRegistry, { installations }: Reading): Promise<number> {
  let last = 0;
  for (const id of DEVICES) {
    const lines = [...(await opened.ledger.ofInstallation(app, id, 1_000)).items].reverse();
    for (const [n, line] of lines.entries()) if (n > 0) expectAfter(line, lines[n - 1]);
    expect({ id, token: replayed(lines) }).toEqual({ id, token: installations[id]?.tokenFingerprint ?? null });
    last = Math.max(last, lines.at(-1)?.at ?? 0);
  }
  return last;
}

function expectAfter(line: LedgerLine, before: LedgerLine | undefined): void {
  expect(line.at).toBeGreaterThan(before?.at ?? 0);
  const isNewLife = before !== undefined && ends.includes(before.reason) && line.at - before.at > tombstoneAgeMs; // whatever kept its revision has gone
  if (!isNewLife) expect(line.revision).toBeGreaterThanOrEqual(before?.revision ?? 0);
}

function replayed(lines: readonly LedgerLine[]): string | null {
  let token: string | null = null;
  for (const { event, tokenFingerprint } of lines) {
    if (event === 'registered' || event === 'refreshed' || event === 'imported') token = tokenFingerprint;
    else if (losses.includes(event) && tokenFingerprint === token) token = null;
  }
  return token;
}
