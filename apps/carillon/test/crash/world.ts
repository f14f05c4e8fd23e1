import type { EngineAddresses } from '#libs/testing/engines';
import { OwnSpace } from '../support/own-space.ts';
import { Platform } from '../support/platform.ts';
import { Shop } from '../support/shop.ts';
import { Client } from './client.ts';
import { Family } from './family.ts';
import { Person } from './person.ts';
import { aPhone, inParallel, register, type Phone } from './phones.ts';
import { SeededRandom } from './seeded-random.ts';
import { Simulators } from './simulators.ts';

const families = 6;
const people = 3;
const callsAtOnce = 32;

/** Short waits and small windows, so that a round is over soon and has many places to die at. */
const settings = {
  CARILLON_DEMO: 'false',
  NODE_ENV: 'test',
  npm_config_ignore_scripts: 'true', // no look at what is compiled already: a round starts the platform once or twice
  ATTEMPT_LEASE: '1000',
  KAFKA_SESSION: '2000',
  DISPATCH_WINDOW: '100',
  PLAN_SWEEP_MS: '200',
  REGISTRY_SWEEP_MS: '200',
};

/** What rounds have in common: simulators, one platform on one data folder, and everyone who lives there. */
export class World {
  readonly client: Client;
  /** Alive, each with a token of its own that nobody touches. */
  readonly phones: Phone[] = [];
  readonly families: readonly Family[];
  readonly people: readonly Person[];

  private constructor(
    readonly simulators: Simulators,
    readonly platform: Platform,
    private readonly space: OwnSpace | undefined,
    shop: Shop,
    random: SeededRandom,
  ) {
    this.client = new Client(shop);
    const users = Array.from({ length: 4 }, (_, index) => `relative-${index}`);
    this.families = Array.from({ length: families }, (_, index) => new Family(`family-${index}`, users.map((user) => `${user}-${index}`), random.fork())); // prettier-ignore
    this.people = Array.from({ length: people }, (_, index) => new Person(`user-phone-${index}`));
  }

  static async open({ installations, seed, more = {}, engines }: WorldOptions): Promise<World> {
    const simulators = await Simulators.start({ SIMULATOR_LATENCY_MS: '20', SIMULATOR_FCM_DEVICE_PER_MINUTE: '0' });
    const space = engines && new OwnSpace(engines);
    const platform = await Platform.prepare({ ...settings, SIMULATOR: `external:${simulators.url}`, ...more, ...space?.settings });
    try {
      await platform.run();
      const random = new SeededRandom(seed);
      const shop = await Shop.open(platform, 'crash');
      const frequencyCaps = [{ label: '*', max: 100, per: 'PT1M', by: 'user' }]; // more than anybody gets: what counts is written, and nobody left out
      await platform.call('PATCH', `/v1/apps/${shop.app}`, { settings: { frequencyCaps } });
      const world = new World(simulators, platform, space, shop, random);
      await world.#populate(installations, random);
      return world;
    } catch (error) {
      await platform.end();
      await simulators.end();
      throw error;
    }
  }

  async #populate(installations: number, random: SeededRandom): Promise<void> {
    for (let index = 0; index < installations; index += 1) this.phones.push(aPhone(`phone-${index}`, random));
    await inParallel(this.phones, callsAtOnce, async (phone) => {
      if (!(await register(this.client, phone)))
        throw new Error(`${phone.id} could not be registered:\n${this.platform.output.slice(-20).join('\n')}`);
    });
  }

  async close(): Promise<void> {
    await this.platform.end();
    await this.simulators.end();
    await this.space?.drop();
  }
}

export interface WorldOptions {
  readonly installations: number;
  readonly seed: number;
  /** More settings of the platform. */
  readonly more?: NodeJS.ProcessEnv;
  /** Servers to run distributed on; embedded unless given. */
  readonly engines?: EngineAddresses | undefined;
}
