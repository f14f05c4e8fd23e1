import { isDeepStrictEqual } from 'node:util';
import { app, fingerprintOf } from '../../src/opened-registry.contract.ts';
import { expectLedgerInOrder } from './ledger-laws.ts';
import type { ModelRegistry } from './model-registry.ts';
import { endingsOf, endingsOfRace, waysToDie, type Ending } from './endings.ts';
import type { RegistryModel } from './registry-model.ts';
import type { Answer, Step, Verdict } from './step.ts';
import { holderOf, ALL_TOKENS } from './model-state.ts';
import { readRegistry, viewOfModel, viewOfReading, type Reading, type View } from './view.ts';

/** How far a confirmation may run ahead of the clock while that stands still, ms: one for each thing that happened in that millisecond. */
const aheadMs = 100;

/** The earliest that a device's token can have been confirmed by what has just happened, by `device token`. */
type Earliest = (place: string) => number;

interface Moment {
  readonly at: number;
  readonly owners: Readonly<Record<string, string | null>>;
}

/** Longer than confirmations run ahead of the clock: what comes after a death is later than all that the dead one claimed. */
const deathMs = 1_000;
const untilSweptMs = 10_000;

/** One history as it is told: what the rules say of it so far, and what has been learned of the real one. */
export class History {
  /** Tokens as a dispatcher read them, newest last: what a provider may still speak of. */
  readonly read: Omit<Verdict, 'since'>[] = [];
  #names = new Map<string, number>();
  readonly #moments: Moment[] = [];
  #lastLineAt = 0;

  /** `leftOut`: steps that the history does without. */
  constructor(
    public model: RegistryModel,
    readonly leftOut: readonly Step['kind'][] = [],
  ) {}

  /** Runs one step on both and compares everything. */
  async take(step: Step, real: ModelRegistry): Promise<void> {
    const expected = this.model.apply(step, real.opened.clock.now());
    expect(await real.take(step)).toBe(expected);
    await this.compare(real);
  }

  /** Two steps started together. */
  async race(steps: readonly [Step, Step], paces: readonly [readonly number[], readonly number[]], real: ModelRegistry): Promise<void> {
    await this.#together(steps, async () => real.race(steps, paces), real);
  }

  /** The second step begins and ends between two storage calls of the first: the same on every storage, whatever its pace. */
  async overtake(steps: readonly [Step, Step], calls: number, real: ModelRegistry): Promise<void> {
    await this.#together(steps, async () => real.overtake(steps, calls), real);
  }

  /** Steps at once end as one of their endings: its state, and answers that some ending gives. */
  async #together(steps: readonly [Step, Step], run: () => Promise<readonly Answer[]>, real: ModelRegistry): Promise<void> {
    const now = real.opened.clock.now();
    const orders = endingsOfRace(this.model, steps, () => now);
    const answers = await run();
    for (const [at, step] of steps.entries()) expect(this.#answersTo(step, orders)).toContain(answers[at]);
    expect(await real.opened.installations.findClaims(Number.MAX_SAFE_INTEGER, 10)).toEqual([]); // P3: answered only when the token has moved
    // A call that a deletion has overtaken is refused halfway, like one whose worker died.
    if (answers.includes('installation_not_found')) await real.repair();
    const isLikely = (order: Ending) => steps.every((step, at) => order.answers.get(step) === answers[at]);
    await this.#endAs(orders, isLikely, now, real);
  }

  /** A login whose anonymous user has become known may find its own work done by the other step's copy of that user: then nothing is left to change. */
  #answersTo(step: Step, orders: readonly Ending[]): readonly (Answer | undefined)[] {
    const answers = orders.map((order) => order.answers.get(step));
    const owner = step.kind === 'changeUser' ? this.model.state.devices.get(step.device)?.user : undefined;
    return owner !== undefined && this.model.state.users.get(owner)?.externalId === null ? [...answers, 'same'] : answers;
  }

  /** A step whose worker dies, another one after it, then what repairs: the first one has happened or not, and takes nothing from the second. */
  async death([dying, next]: readonly [Step, Step], calls: number, real: ModelRegistry): Promise<void> {
    const { clock } = real.opened;
    const now = clock.now();
    const later = now + deathMs;
    const told = (order: readonly Step[]) =>
      endingsOf(this.model, order, (step) => (step === next ? later : now), dying.kind === 'changeUser' ? dying : undefined);
    const endings = waysToDie(dying, next).flatMap(told);
    const hasEnded = await real.dieAt(dying, calls);
    clock.advance(deathMs);
    const answer = await real.take(next);
    clock.advance(untilSweptMs);
    await real.repair();
    const fitting = (hasEnded ? told([dying, next]) : endings).filter((ending) => ending.answers.get(next) === answer);
    expect(fitting).not.toEqual([]);
    await this.#endAs(fitting, () => true, now, real);
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

  /** Goes on with the ending that the stored registry looks like; where there is none, a likely one tells in what it does not. */
  async #endAs(endings: readonly Ending[], isLikely: (ending: Ending) => boolean, since: number, real: ModelRegistry): Promise<void> {
    const confirmed = new Map(this.model.state.confirmations);
    const reading = await readRegistry(real);
    const earliest: Earliest = (place) => Math.max(since, (confirmed.get(place) ?? 0) + 1);
    const fits = endings.find(
      ({ model }) =>
        isAlike(viewOfReading(reading, model, new Map(this.#names)), viewOfModel(model)) &&
        confirmationsOf(model, reading, earliest).every(({ stored, from, to }) => stored >= from && stored <= to),
    );
    this.model = (fits ?? endings.find(isLikely) ?? endings[0])?.model ?? this.model;
    // Of two claims at one instant the greater id wins (P3): then the winner's confirmation is as late as the loser's, not later.
    await this.#compare(reading, real, earliest);
  }

  async #compare(reading: Reading, real: ModelRegistry, earliest?: Earliest): Promise<void> {
    expect(viewOfReading(reading, this.model, this.#names)).toEqual(viewOfModel(this.model));
    this.#learnConfirmations(reading, earliest);
    this.#lastLineAt = Math.max(this.#lastLineAt, await expectLedgerInOrder(real, reading));
  }

  /** The stored instants are what purges are compared with from now on. */
  #learnConfirmations(reading: Reading, earliest: Earliest | undefined): void {
    for (const { device, place, stored, from, to } of confirmationsOf(this.model, reading, earliest)) {
      expect(stored).toBeGreaterThanOrEqual(from);
      expect(stored).toBeLessThanOrEqual(to);
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

/** As texts read back: Jest's arrays and Node's have different prototypes. */
function isAlike(one: View, other: View): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(other)));
}

/** When each token was confirmed, and within what bounds: as before, or now and later than ever before. */
function confirmationsOf({ state }: RegistryModel, { installations }: Reading, earliest?: Earliest) {
  return [...state.devices].flatMap(([id, device]) => {
    if (device.token === null) return [];
    const place = `${id} ${device.token}`;
    const { confirmedAt, isConfirmedNow } = device;
    const from = isConfirmedNow ? (earliest?.(place) ?? confirmedAt) : confirmedAt;
    const to = isConfirmedNow ? confirmedAt + aheadMs : confirmedAt;
    return [{ device, place, stored: installations[id]?.tokenConfirmedAt ?? 0, from, to }];
  });
}
