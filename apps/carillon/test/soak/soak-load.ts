import { setTimeout as pause } from 'node:timers/promises';
import { aToken, deviceOf } from '../crash/phones.ts';
import type { SeededRandom } from '../crash/seeded-random.ts';
import type { Simulators } from '../crash/simulators.ts';
import type { Shop } from '../support/shop.ts';

const faultsEveryMs = 5_000;
const broadcastsEveryMs = 10_000;

const weathers: readonly (readonly object[])[] = [
  [],
  [{ provider: 'fcm', share: 1, behaviour: 'unavailable' }],
  [],
  [{ provider: 'apns', share: 0.02, behaviour: 'reset' }],
  [{ provider: 'fcm', share: 0.05, behaviour: 'throttled:1' }],
  [{ provider: 'apns', share: 0.01, behaviour: 'invalid' }],
];

/** Everything at once, at rates that a small machine carries easily: what grows then grows for another reason than being late. */
export class SoakLoad {
  readonly sendIds: string[] = [];
  #isOver = false;

  constructor(
    private readonly shop: Shop,
    private readonly simulators: Simulators,
    private readonly phones: number,
    private readonly random: SeededRandom,
  ) {}

  /** Resolves when it was told to end and the calls in flight are answered. */
  async run(): Promise<void> {
    await Promise.all([
      this.#every(20, () => this.#appStart()),
      this.#every(100, () => this.#changeOfUser()),
      this.#every(200, () => this.#moveOfToken()),
      this.#every(500, () => this.#smallSend()),
      this.#every(1_000, () => this.#receipt()),
      this.#every(broadcastsEveryMs, () => this.#broadcast()),
      this.#signals(),
    ]);
  }

  end(): void {
    this.#isOver = true;
  }

  async #every(ms: number, call: () => Promise<unknown>): Promise<void> {
    while (!this.#isOver) {
      await call();
      await pause(ms);
    }
  }

  async #signals(): Promise<void> {
    for (let n = 0; !this.#isOver; n += 1) {
      await this.simulators.faults(weathers[n % weathers.length] ?? []);
      await this.simulators.emptyRecord();
      await pause(faultsEveryMs);
    }
    await this.simulators.faults([]);
  }

  #aPhone(): { id: string; facts: object } {
    const n = this.random.int(0, this.phones - 1);
    const provider = n % 2 === 0 ? 'apns' : 'fcm';
    return { id: `phone-${n}`, facts: { ...deviceOf(provider), externalId: `user-${n}`, token: aToken(provider, this.random) } };
  }

  /** Most starts of an app change nothing; some bring a new token. */
  async #appStart(): Promise<void> {
    const { id, facts } = this.#aPhone();
    if (this.random.chance(0.1)) await this.#must('PUT', `/installations/${id}`, facts);
    else await this.#must('POST', `/installations/${id}/sessions`, {});
  }

  async #changeOfUser(): Promise<void> {
    const { id } = this.#aPhone();
    await this.#must('PUT', `/installations/${id}/user`, { externalId: `user-${this.random.int(0, this.phones - 1)}` });
  }

  /** Two installations register one token, one after the other: the second has it then. */
  async #moveOfToken(): Promise<void> {
    const token = aToken('apns', this.random);
    for (const id of [`phone-${2 * this.random.int(0, 9)}`, `phone-${20 + 2 * this.random.int(0, 9)}`])
      await this.#must('PUT', `/installations/${id}`, { ...deviceOf('apns'), token });
  }

  async #smallSend(): Promise<void> {
    const to = { installations: [this.#aPhone().id, this.#aPhone().id] };
    this.#note((await this.shop.send({ to, message: { title: 'Ding' }, options: { purpose: 'transactional' } }, 0)).body);
  }

  async #broadcast(): Promise<void> {
    this.#note((await this.shop.send({ to: { everyone: true }, message: { title: 'Ding dong' } }, 0)).body);
  }

  async #receipt(): Promise<void> {
    const sendId = this.sendIds.at(-1);
    if (sendId === undefined) return;
    const receipt = { sendId, kind: 'received', at: new Date().toISOString() };
    await this.#must('POST', `/installations/${this.#aPhone().id}/receipts`, [receipt]);
  }

  #note({ sendId }: { readonly sendId?: string }): void {
    if (sendId === undefined) throw new Error('A send was not taken');
    this.sendIds.push(sendId);
  }

  async #must(method: string, path: string, body: unknown): Promise<void> {
    const { status, body: answer } = await this.shop.call<unknown>(method, path, body);
    if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${JSON.stringify(answer)}`);
  }
}
