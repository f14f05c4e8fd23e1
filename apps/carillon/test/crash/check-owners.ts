import { until } from '../support/platform.ts';
import type { Client } from './client.ts';
import type { Family } from './family.ts';
import type { FamilyState } from './family-state.ts';
import type { Phone } from './phones.ts';

const patienceMs = 60_000;

interface LedgerItem {
  readonly at: string;
  readonly event: string;
  readonly toExternalId: string | null;
}

/** Tells of ownership what is not as the acknowledged calls, and the rules, want it. */
export class OwnerChecks {
  /** Installation → the newest line of its ledger that was looked at. */
  readonly #seen = new Map<string, string>();

  constructor(private readonly client: Client) {}

  /** One owner per token, as the last acknowledged calls left it; a move that a crash cut in two is finished meanwhile. */
  async family(family: Family): Promise<string[]> {
    const problems: string[] = [];
    let state: FamilyState | undefined;
    try {
      await until(
        async () => (state = await this.#read(family)),
        (now) => family.isPossible(now),
        patienceMs,
      );
    } catch {
      problems.push(`${family.name} has ${JSON.stringify(state)}, possible are ${JSON.stringify(family.possible)}`);
    }
    problems.push(...(await this.#owners(family, state)));
    for (const installation of family.installations) problems.push(...(await this.#ledger(family, installation)));
    if (state) family.settle(state);
    return problems;
  }

  /** What providers called dead is gone, for that reason. */
  async purged({ id }: Phone): Promise<string[]> {
    try {
      await until(
        () => this.client.must<{ tokenFingerprint?: string }>('GET', `/installations/${id}`),
        ({ tokenFingerprint }) => tokenFingerprint === undefined,
        patienceMs,
      );
    } catch {
      return [`${id} still has the token that its provider called dead`];
    }
    const events = (await this.#lines(id)).map(({ event }) => event);
    return events.filter((event) => event === 'invalidated').length === 1
      ? []
      : [`${id} lost its token and its ledger says ${events.join()}`];
  }

  async #read({ tokens, installations, provider }: Family): Promise<FamilyState> {
    const holders: Record<string, string | null> = {};
    for (const token of tokens) holders[token] = (await this.#lookUp(provider, token))?.installation ?? null;
    const users: Record<string, string | null> = {};
    for (const id of installations) {
      const reply = await this.client.call<{ externalId: string | null }>('GET', `/installations/${id}`);
      if (reply.kind === 'answered' && reply.status === 200) users[id] = reply.body.externalId;
    }
    return { holders, users };
  }

  /** A look-up by token names the user of the installation that holds it. */
  async #owners({ tokens, provider }: Family, state: FamilyState | undefined): Promise<string[]> {
    const problems: string[] = [];
    for (const token of tokens) {
      const owner = await this.#lookUp(provider, token);
      if (owner && state && owner.externalId !== state.users[owner.installation])
        problems.push(
          `a token of ${owner.installation} is ${owner.externalId ?? 'nobody'}’s, the installation ${state.users[owner.installation] ?? 'nobody'}’s`,
        );
    }
    return problems;
  }

  async #lookUp(provider: string, token: string): Promise<{ installation: string; externalId: string | null } | undefined> {
    const reply = await this.client.call<{ installation: string; externalId: string | null }>('POST', '/tokens/lookup', {
      provider,
      token,
    });
    return reply.kind === 'answered' && reply.status === 200 ? reply.body : undefined;
  }

  /** In order, and every acknowledged change of user in it once. */
  async #ledger(family: Family, installation: string): Promise<string[]> {
    const problems: string[] = [];
    const lines = await this.#lines(installation);
    const backwards = lines.findIndex(({ at }, index) => at >= (lines[index - 1]?.at ?? '9'));
    if (backwards >= 0)
      problems.push(
        `the ledger of ${installation} is out of order: ${JSON.stringify(lines.slice(Math.max(0, backwards - 1), backwards + 1))}`,
      );
    const seen = this.#seen.get(installation) ?? '';
    const moves = lines.filter(({ at, event }) => event === 'moved' && at > seen).map(({ toExternalId }) => toExternalId);
    const expected = family.expectedMoves(installation);
    const possible = [expected.map(({ to }) => to), expected.filter(({ certain }) => certain).map(({ to }) => to)];
    if (!possible.some((list) => JSON.stringify(list) === JSON.stringify(moves.toReversed())))
      problems.push(
        `the ledger of ${installation} tells of moves to ${JSON.stringify(moves.toReversed())}, there were ${JSON.stringify(expected)}`,
      );
    const newest = lines[0]?.at;
    if (newest !== undefined) this.#seen.set(installation, newest);
    return problems;
  }

  /** The newest first; none of an installation that never was. */
  async #lines(installation: string): Promise<readonly LedgerItem[]> {
    const reply = await this.client.call<{ items: LedgerItem[] }>('GET', `/installations/${installation}/ledger?limit=1000`);
    if (reply.kind === 'answered' && reply.status === 404) return [];
    if (reply.kind === 'answered' && reply.status === 200) return reply.body.items;
    throw new Error(`The ledger of ${installation} cannot be read: ${JSON.stringify(reply)}`);
  }
}
