import { OwnerChecks } from './check-owners.ts';
import { countProblems, endOf, ended, reachProblems, type EndedSend } from './check-sends.ts';
import { Load } from './load.ts';
import { aMishap, arrange, happen, type Mishap } from './mishap.ts';
import { inParallel, type Phone } from './phones.ts';
import { SeededRandom } from './seeded-random.ts';
import type { World } from './world.ts';

const loadSpreadMs = 800;
const callsAtOnce = 8;
const faultShare = 0.4;
/** Where only work that was put off passes: each provider is down once for everybody. */
const passedInOutages = ['p2.park', 'p2.due'];

export interface RoundReport {
  readonly seed: number;
  readonly mishap: Mishap;
  readonly problems: readonly string[];
  /** What the providers accepted, how much of it the platform calls accepted, and how much it holds in doubt. */
  readonly messages: { readonly accepted: number; readonly told: number; readonly inDoubt: number };
  readonly ms: number;
}

/** Rounds on one world: load, mishap, restart, and the look at what is left. */
export class Rounds {
  readonly #owners: OwnerChecks;
  /** Installations that were deleted, and said to be. */
  readonly #gone = new Set<string>();
  #played = 0;
  #acceptedBefore = 0;

  constructor(private readonly world: World) {
    this.#owners = new OwnerChecks(world.client);
  }

  /** Plays the round of a seed, with its own mishap or another one. */
  async play(seed: number, given?: Mishap): Promise<RoundReport> {
    const since = performance.now();
    const random = new SeededRandom(seed);
    const drawn = aMishap(random.fork());
    const mishap = given ?? drawn;
    this.#played += 1;
    const load = new Load(this.world, `round-${this.#played}`, random.fork(), loadSpreadMs);
    const problems: string[] = [];
    const sends: EndedSend[] = [];
    try {
      problems.push(...(await this.#prepare(load, mishap, random.fork())));
      await arrange(mishap, this.world.platform);
      const running = load.run();
      problems.push(...(await happen(mishap, this.world.platform)));
      load.end();
      await running;
      await load.repeatUnanswered();
      sends.push(...(await this.#sends(load)));
      await this.#check(load, sends, problems);
    } catch (error) {
      problems.push((error as Error).message);
    }
    return { seed, mishap, problems, messages: messagesOf(sends), ms: Math.round(performance.now() - since) };
  }

  /** A provider that accepted something after the last word of every send was asked once too often. */
  async #prepare({ newcomers }: Load, mishap: Mishap, random: SeededRandom): Promise<string[]> {
    const { simulators } = this.world;
    const late = (await simulators.accepted()) - this.#acceptedBefore;
    await simulators.emptyRecord();
    const dead = newcomers.filter((phone) => phone.dead).map(({ provider, token }) => ({ provider, token, behaviour: 'invalid' }));
    const behaviour = random.pick(['unavailable', 'reset', 'reset_after_body']);
    const isOutage = mishap.kind === 'at a point' && passedInOutages.some((name) => mishap.point.startsWith(name));
    const troubles = isOutage ? { share: 1, behaviour: 'unavailable' } : { share: 0.01, behaviour };
    const shares = ['apns', 'fcm'].map((provider) => ({ provider, ...troubles, times: 1 }));
    await simulators.faults([...(isOutage || random.chance(faultShare) ? shares : []), ...dead]);
    this.#acceptedBefore = 0;
    return late > 0 && this.#played > 1 ? [`the providers accepted ${late} messages after the round before was over`] : [];
  }

  async #sends({ requests }: Load): Promise<EndedSend[]> {
    const { client, simulators } = this.world;
    await inParallel(requests, callsAtOnce, (request) => endOf(client, request));
    const record = Map.groupBy(await simulators.record(), ({ send }) => send);
    this.#acceptedBefore = [...record.values()].reduce((sum, messages) => sum + messages.length, 0);
    const sends: EndedSend[] = [];
    for (const request of requests) sends.push(await ended(client, request, record));
    return sends;
  }

  /** Adds to the problems as it finds them: a check that cannot go on hides no other. */
  async #check({ newcomers }: Load, sends: readonly EndedSend[], problems: string[]): Promise<void> {
    const { families, people, phones, client } = this.world;
    for (const send of sends) {
      problems.push(...countProblems(send), ...reachProblems(send, [...phones, ...newcomers]));
      const ghosts = [...send.outcomes.keys()].filter((id) => this.#gone.has(id));
      if (ghosts.length > 0)
        problems.push(`${send.request.key} was planned for ${ghosts.length} deleted installations, such as ${ghosts[0] ?? ''}`);
    }
    const known = sends.reduce((sum, { accepted }) => sum + [...accepted.values()].reduce((one, times) => one + times, 0), 0);
    if (known !== this.#acceptedBefore)
      problems.push(`the providers accepted ${this.#acceptedBefore - known} messages of sends that nobody asked for`);
    for (const family of families) problems.push(...(await this.#owners.family(family)));
    for (const phone of newcomers.filter((one) => wasCalledDead(one, sends))) problems.push(...(await this.#owners.purged(phone)));
    for (const person of people) problems.push(...[await person.problem(client)].filter((problem) => problem !== undefined));
    problems.push(...(await this.#deadLetters()));
    await this.#forget(newcomers);
  }

  async #deadLetters(): Promise<string[]> {
    const { items } = await this.world.client.must<{ items: { topic: string; code: string; reason: string }[] }>('GET', '/dead-letters');
    return items.map(({ topic, code, reason }) => `a dead letter lies in ${topic}: ${code} ${reason}`);
  }

  /** Rounds must not grow: whoever came leaves again. */
  async #forget(newcomers: readonly Phone[]): Promise<void> {
    await inParallel(newcomers, callsAtOnce, async ({ id }) => {
      await this.world.client.must('DELETE', `/installations/${id}`);
      this.#gone.add(id);
    });
  }
}

/** The client knew of its registration before it asked for a send that found the token dead: nothing confirmed the token since. */
function wasCalledDead({ id, dead, registeredAt = Infinity }: Phone, sends: readonly EndedSend[]): boolean {
  return dead && sends.some(({ request, outcomes }) => registeredAt < (request.askedAt ?? 0) && outcomes.get(id) === 'token_invalid');
}

function messagesOf(sends: readonly EndedSend[]): RoundReport['messages'] {
  return {
    accepted: sends.reduce((sum, { accepted }) => sum + [...accepted.values()].reduce((one, times) => one + times, 0), 0),
    told: sends.reduce((sum, { record }) => sum + record.counts.accepted, 0),
    inDoubt: sends.reduce((sum, { record }) => sum + record.counts.possibleDuplicates, 0),
  };
}
