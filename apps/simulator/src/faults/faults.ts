import { fractionOf, half, hash64 } from '../ledger/hash64.ts';
import { HashTable } from '../ledger/hash-table.ts';
import { SIMULATED_PROVIDERS, type SimulatedProvider } from '../simulated-provider.ts';
import { tokenKey } from '../traits/traits.ts';
import { behaviourOf, type Behaviour } from './behaviour.ts';

/** What to do wrong, for one token or for a share of all tokens (a whole provider when neither is given). */
export interface Fault {
  readonly provider: SimulatedProvider;
  readonly token?: string | undefined;
  /** 0 to 1; which tokens is decided by a hash of token and behaviour. */
  readonly share?: number | undefined;
  readonly behaviour: string;
  /** Only the first so many requests of each token; always unless said. */
  readonly times?: number | undefined;
}

interface TokenFault {
  readonly behaviour: Behaviour;
  left: number;
}

interface ShareFault {
  readonly text: string;
  readonly behaviour: Behaviour;
  readonly share: number;
  readonly times: number;
  /** Requests by token, where they are limited. */
  readonly used: HashTable | undefined;
}

interface Rules {
  readonly tokens: Map<string, TokenFault>;
  /** The newest first. */
  shares: ShareFault[];
}

const ok: Behaviour = { kind: 'ok' };
const maxTokens = 1_000_000;
const maxShares = 100;
const limitedTokens = 1_000_000;

/**
 * Which message goes wrong, and how. A token's own fault comes before a share, the newest share that picks the token before older ones; a fault
 * whose `times` are over counts as absent. `ok` exempts a token from every share; `ok` for all (share 1 or neither) takes the shares away.
 */
export class Faults {
  #rules = new Map<SimulatedProvider, Rules>();

  /** Replaces the fault of the same token, or the share of the same behaviour. Throws RangeError for a behaviour that does not exist. */
  put(fault: Fault): void {
    const behaviour = behaviourOf(fault.behaviour);
    if (!behaviour) throw new RangeError(`No such behaviour: ${fault.behaviour}`);
    const rules = this.#rulesOf(fault.provider);
    if (fault.token === undefined) putShare(rules, fault, behaviour);
    else putToken(rules, tokenKey(fault.provider, fault.token), { behaviour, left: fault.times ?? Infinity });
  }

  /** What the next request of this token meets; counts it where `times` is limited. */
  next(provider: SimulatedProvider, token: string): Behaviour {
    const rules = this.#rules.get(provider);
    if (!rules) return ok;
    const own = rules.tokens.get(token);
    if (own && own.left > 0) {
      own.left -= 1;
      return own.behaviour;
    }
    for (const share of rules.shares) if (picks(share, token)) return share.behaviour;
    return ok;
  }

  clear(): void {
    this.#rules = new Map();
  }

  /** How many tokens have a fault of their own, and the shares, newest first. */
  list(): { provider: SimulatedProvider; tokens: number; shares: { behaviour: string; share: number; times?: number }[] }[] {
    return SIMULATED_PROVIDERS.map((provider) => {
      const { tokens, shares } = this.#rulesOf(provider);
      const described = shares.map(({ text, share, times }) => ({ behaviour: text, share, ...(Number.isFinite(times) ? { times } : {}) }));
      return { provider, tokens: tokens.size, shares: described };
    });
  }

  #rulesOf(provider: SimulatedProvider): Rules {
    const known = this.#rules.get(provider);
    if (known) return known;
    const rules: Rules = { tokens: new Map(), shares: [] };
    this.#rules.set(provider, rules);
    return rules;
  }
}

function putToken(rules: Rules, token: string, fault: TokenFault): void {
  rules.tokens.delete(token);
  const oldest = rules.tokens.size >= maxTokens ? rules.tokens.keys().next().value : undefined;
  if (oldest !== undefined) rules.tokens.delete(oldest);
  rules.tokens.set(token, fault);
}

function putShare(rules: Rules, fault: Fault, behaviour: Behaviour): void {
  const share = fault.share ?? 1;
  if (behaviour.kind === 'ok' && share === 1) {
    rules.shares = [];
    return;
  }
  const others = rules.shares.filter((known) => known.text !== fault.behaviour);
  const used = fault.times === undefined ? undefined : new HashTable(limitedTokens);
  const added = { text: fault.behaviour, behaviour, share, times: fault.times ?? Infinity, used };
  rules.shares = [added, ...others].slice(0, maxShares);
}

function picks(fault: ShareFault, token: string): boolean {
  if (fault.share < 1 && fractionOf(fault.text, token) >= fault.share) return false;
  if (!fault.used) return true;
  hash64(token);
  if (fault.used.get(half.high, half.low) >= fault.times) return false;
  fault.used.count(half.high, half.low);
  return true;
}
