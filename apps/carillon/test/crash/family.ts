import type { Client, Reply } from './client.ts';
import { afterAll, same, type FamilyOperation, type FamilyState } from './family-state.ts';
import { aToken, deviceOf, type Phone } from './phones.ts';
import type { SeededRandom } from './seeded-random.ts';

/** A login or logout that the ledger must tell of; `certain` unless its answer never came. */
interface ExpectedMove {
  readonly to: string | null;
  readonly certain: boolean;
}

/**
 * A few phones that hand tokens and users to each other, one operation after the other (now and then two at once), so that it is known
 * at every moment who may own what.
 */
export class Family {
  readonly provider: Phone['provider'];
  readonly installations: readonly string[];
  readonly tokens: readonly string[];
  readonly #moves = new Map<string, ExpectedMove[]>();
  #states: readonly FamilyState[];

  constructor(
    readonly name: string,
    private readonly users: readonly string[],
    random: SeededRandom,
  ) {
    const provider = random.chance(0.5) ? 'apns' : 'fcm';
    this.provider = provider;
    this.installations = ['a', 'b', 'c'].map((letter) => `${name}-${letter}`);
    this.tokens = [aToken(provider, random), aToken(provider, random)];
    this.#states = [{ holders: Object.fromEntries(this.tokens.map((token) => [token, null])), users: {} }];
  }

  /** Everything that may be true now. */
  get possible(): readonly FamilyState[] {
    return this.#states;
  }

  /** What the ledger must tell of an installation's owners since the last look, oldest first. */
  expectedMoves(installation: string): readonly ExpectedMove[] {
    return this.#moves.get(installation) ?? [];
  }

  /** The platform has said what is true: one state is left. */
  settle(state: FamilyState): void {
    this.#states = [state];
    this.#moves.clear();
  }

  /** Does one thing, or two at once. False once an answer was lost: from here on nothing more can be known. */
  async step(client: Client, random: SeededRandom): Promise<boolean> {
    const operations = random.chance(0.2) ? this.#race(random) : [this.#choose(random)];
    const replies = await Promise.all(operations.map((operation) => this.#ask(client, operation)));
    const done = operations.map((operation, index) => ({ operation, reply: replies[index] }));
    const happened = done
      .filter(({ reply }) => reply?.kind !== 'refused')
      .map(({ operation, reply }) => ({ operation, certain: reply?.kind === 'answered' }));
    this.#states = afterAll(this.#states, happened);
    return replies.every((reply) => reply.kind === 'answered');
  }

  /** Two installations show one token in the same moment. */
  #race(random: SeededRandom): FamilyOperation[] {
    const token = random.pick(this.tokens);
    const skipped = random.int(0, this.installations.length - 1);
    return this.installations.filter((_, index) => index !== skipped).map((installation) => ({ kind: 'show', installation, token }));
  }

  #choose(random: SeededRandom): FamilyOperation {
    const installation = random.pick(this.installations);
    const dice = random.next();
    if (dice < 0.5) return { kind: 'show', installation, token: random.pick(this.tokens) };
    if (dice < 0.85) return { kind: 'login', installation, user: random.pick(this.users) };
    return { kind: dice < 0.95 ? 'logout' : 'delete', installation };
  }

  async #ask(client: Client, operation: FamilyOperation): Promise<Reply<unknown>> {
    const path = `/installations/${operation.installation}`;
    const reply = await this.#call(client, path, operation);
    if (reply.kind !== 'refused') this.#noteMove(operation, reply.kind === 'answered');
    if (reply.kind === 'answered' && reply.status >= 300 && reply.status !== 404)
      throw new Error(`${operation.kind} was answered ${reply.status}: ${JSON.stringify(reply.body)}`);
    return reply;
  }

  #call(client: Client, path: string, operation: FamilyOperation): Promise<Reply<unknown>> {
    switch (operation.kind) {
      case 'show':
        return client.call('PUT', path, { ...deviceOf(this.provider), token: operation.token });
      case 'login':
        return client.call('PUT', `${path}/user`, { externalId: operation.user });
      case 'logout':
        return client.call('DELETE', `${path}/user`);
      case 'delete':
        return client.call('DELETE', path);
    }
  }

  /** Logins never run side by side, so their order is known; one that changes nothing writes no line. */
  #noteMove(operation: FamilyOperation, certain: boolean): void {
    if (operation.kind !== 'login' && operation.kind !== 'logout') return;
    const to = operation.kind === 'login' ? operation.user : null;
    const before = this.#states[0]?.users[operation.installation];
    if (before === undefined || before === to) return;
    this.#moves.set(operation.installation, [...this.expectedMoves(operation.installation), { to, certain }]);
  }

  isPossible(state: FamilyState): boolean {
    return this.#states.some((possible) => same(possible, state));
  }
}
