import { setTimeout as pause } from 'node:timers/promises';
import { aPhone, inParallel, register, type Phone } from './phones.ts';
import { SendRequest, type Target } from './request.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { World } from './world.ts';

const maxBroadcasts = 2; // with one, a dead token is found once, and nothing makes up for a finding that is lost
const smallSends = 8;
const events = 4;
const newcomers = 24;
const deadNewcomers = 6;
const broadcastsWithinMs = 400;
const callsAtOnce = 16;

/** What clients ask of the platform in one round, and all that they know of it afterwards. */
export class Load {
  readonly requests: readonly SendRequest[];
  readonly newcomers: readonly Phone[];
  readonly #random: SeededRandom;
  #isOver = false;

  constructor(
    private readonly world: World,
    readonly name: string,
    random: SeededRandom,
    private readonly spreadMs: number,
  ) {
    this.#random = random;
    const everyone = Array.from({ length: random.int(1, maxBroadcasts) }, (_, index) =>
      this.#request(`all-${index}`, { everyone: true }, 'call'),
    );
    const few = Array.from({ length: smallSends }, (_, index) => this.#request(`few-${index}`, this.#few(), 'call'));
    const asked = Array.from({ length: events }, (_, index) => this.#request(`event-${index}`, this.#few(), 'event'));
    this.requests = [...everyone, ...few, ...asked];
    this.newcomers = Array.from({ length: newcomers }, (_, index) => aPhone(`${name}-${index}`, random, index < deadNewcomers));
  }

  /** Resolves when everything was asked and answered, or the platform has gone away. */
  async run(): Promise<void> {
    const { client, families, people } = this.world;
    await inParallel(this.newcomers, callsAtOnce, (phone) => (phone.dead ? register(client, phone) : Promise.resolve())); // so that the sends find them
    await Promise.all([
      ...this.requests.map((request) =>
        this.#later('everyone' in request.target ? broadcastsWithinMs : this.spreadMs, () => request.ask(client)),
      ),
      ...this.newcomers.filter(({ dead }) => !dead).map((phone) => this.#later(this.spreadMs, () => register(client, phone))),
      ...families.map((family) => {
        const random = this.#random.fork();
        return this.#repeat(() => family.step(client, random));
      }),
      ...people.map((person) => this.#repeat(() => person.step(client))),
    ]);
  }

  /** Those who go on until something fails stop now. */
  end(): void {
    this.#isOver = true;
  }

  /** As clients do: what was not acknowledged is asked again, with the same key and id. */
  async repeatUnanswered(): Promise<void> {
    const { client } = this.world;
    await inParallel(
      this.requests.filter(({ isAcknowledged }) => !isAcknowledged),
      callsAtOnce,
      (request) => request.ask(client),
    );
    await inParallel(
      this.newcomers.filter(({ registeredAt }) => registeredAt === undefined),
      callsAtOnce,
      (phone) => register(client, phone),
    );
  }

  async #later(withinMs: number, work: () => Promise<unknown>): Promise<void> {
    await pause(this.#random.int(0, withinMs));
    await work();
  }

  async #repeat(step: () => Promise<boolean>): Promise<void> {
    while (!this.#isOver && (await step())) await pause(2);
  }

  #request(key: string, target: Target, by: 'call' | 'event'): SendRequest {
    return new SendRequest(`${this.name}-${key}`, target, by);
  }

  #few(): Target {
    const { phones } = this.world;
    const ids = new Set(Array.from({ length: this.#random.int(1, 20) }, () => this.#random.pick(phones).id));
    return { installations: [...ids] };
  }
}
