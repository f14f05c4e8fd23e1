import { isDeepStrictEqual } from 'node:util';
import { app, fingerprintOf } from '../opened-registry.contract.ts';
import { expectLedgerInOrder } from './ledger-laws.ts';
import type { ModelRegistry } from './model-registry.ts';
import { named } from './model-people.ts';
import { holderOf, userOf } from './model-state.ts';
import type { RegistryModel } from './registry-model.ts';
import type { Answer, Step, Verdict } from './step.ts';
import { ALL_TOKENS, readRegistry, viewOfModel, viewOfReading, type Reading, type View } from './view.ts';

/** How far a confirmation may run ahead of the clock while that stands still, ms: one for each thing that happened in that millisecond. */
const aheadMs = 100;

interface Moment {
  readonly at: number;
  readonly owners: Readonly<Record<string, string | null>>;
}

/** What two steps at once may come to. */
interface Ending {
  readonly model: RegistryModel;
  readonly answers: ReadonlyMap<Step, Answer>;
}

/** One history as it is told: what the rules say of it so far, and what has been learned of the real one. */
export class History {
  /** Tokens as a dispatcher read them, newest last: what a provider may still speak of. */
  readonly read: Omit<Verdict, 'since'>[] = [];
  #names = new Map<string, number>();
  readonly #moments: Moment[] = [];
  #lastLineAt = 0;

  constructor(public model: RegistryModel) {}

  /** Runs one step on both and compares everything. */
  async take(step: Step, real: ModelRegistry): Promise<void> {
    const expected = this.model.apply(step, real.opened.clock.now());
    expect(await real.take(step)).toBe(expected);
    await this.compare(real);
  }

  /** Two steps started together end as one of the two orders would: the state of one, and answers that some order gives. */
  async race(steps: readonly [Step, Step], pace: readonly number[], real: ModelRegistry): Promise<void> {
    const now = real.opened.clock.now();
    const orders = [steps, [steps[1], steps[0]]].flatMap((order) => this.#told(order, now));
    const confirmed = new Map(this.model.state.confirmations);
    const answers = await real.race(steps, pace);
    for (const [at, step] of steps.entries()) expect(orders.map((order) => order.answers.get(step))).toContain(answers[at]);
    await expectNothingPending(real);
    await real.registry.sweep.execute(); // a login that a deletion has overtaken may have merged its anonymous user
    const reading = await readRegistry(real);
    const fits = orders.find(({ model }) => isAlike(viewOfReading(reading, model, new Map(this.#names)), viewOfModel(model)));
    const nearest = orders.find((order) => steps.every((step, at) => order.answers.get(step) === answers[at]));
    this.model = (fits ?? nearest ?? orders[0])?.model ?? this.model; // the comparison below says in what it does not fit
    // Of two claims at one instant the greater id wins (P3): then the winner's confirmation is as late as the loser's, not later.
    await this.#compare(reading, real, (place) => Math.max(now, (confirmed.get(place) ?? 0) + 1));
  }

  /** How the steps would end one after the other. A call that a deletion has overtaken is refused, but may have made the user it names. */
  #told(order: readonly Step[], now: number): Ending[] {
    const model = this.model.clone();
    const answers = new Map(order.map((step) => [step, model.apply(step, now)]));
    const ending = { model, answers };
    const refused = order.find((step) => step.kind === 'changeUser' && answers.get(step) === 'installation_not_found');
    if (refused?.kind !== 'changeUser' || userOf(model.state, refused.user) !== undefined) return [ending];
    const made = model.clone();
    named(made.state, refused.user);
    return [ending, { model: made, answers }];
  }

  async compare(real: ModelRegistry): Promise<void> {
    await this.#compare(await readRegistry(real), real);
  }

  /** Time passes: what is true now is remembered, and must be found in the ledger for ever after. */
  remember(until: number): void {
    if (this.#lastLineAt > until) return; // lines of this millisecond run ahead of the clock: it is no moment between steps
    const owners = Object.fromEntries(ALL_TOKENS.map((token) => [token, this.#ownerOf(token)]));
    this.#moments.push({ at: until, owners });
  }

  async expectPast(real: ModelRegistry): Promise<void> {
    for (const { at, owners } of this.#moments) {
      const told: Record<string, string | null> = {};
      for (const token of ALL_TOKENS) told[token] = (await real.opened.ledger.ownerAt(app, fingerprintOf(token), at))?.toUser ?? null;
      expect({ at, owners: told }).toEqual({ at, owners });
    }
  }

  async #compare(reading: Reading, real: ModelRegistry, earliest?: (place: string) => number): Promise<void> {
    expect(viewOfReading(reading, this.model, this.#names)).toEqual(viewOfModel(this.model));
    this.#learnConfirmations(reading, earliest);
    this.#lastLineAt = Math.max(this.#lastLineAt, await expectLedgerInOrder(real, reading));
  }

  /** A confirmation is never earlier than the model's bound; the stored instant is what purges are compared with from now on. */
  #learnConfirmations({ installations }: Reading, earliest: ((place: string) => number) | undefined): void {
    for (const [id, device] of this.model.state.devices) {
      if (device.token === null) continue;
      const stored = installations[id]?.tokenConfirmedAt ?? 0;
      const place = `${id} ${device.token}`;
      if (device.isConfirmedNow) expect(stored).toBeGreaterThanOrEqual(earliest?.(place) ?? device.confirmedAt);
      else expect(stored).toBe(device.confirmedAt);
      expect(stored).toBeLessThanOrEqual(device.confirmedAt + aheadMs);
      Object.assign(device, { confirmedAt: stored, isConfirmedNow: false });
      this.model.state.confirmations.set(place, stored);
    }
  }

  #ownerOf(token: string): string | null {
    const holder = holderOf(this.model.state, token);
    const number = holder === undefined ? undefined : this.model.state.devices.get(holder)?.user;
    return [...this.#names].find(([, known]) => known === number)?.[0] ?? null;
  }
}

/** P3 and P4 answer only when a token has moved and a merge is complete. */
async function expectNothingPending({ opened }: ModelRegistry): Promise<void> {
  expect(await opened.installations.findClaims(Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
}

/** As texts read back: Jest's arrays and Node's have different prototypes. */
function isAlike(one: View, other: View): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(other)));
}
