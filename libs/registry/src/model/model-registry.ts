import type { InstallationRepository } from '../installation.repository.ts';
import { Registry, type OpenedRegistry } from '../opened-registry.contract.ts';
import type { RegistrySettings } from '../registry-settings.ts';
import type { UserRepository } from '../user.repository.ts';
import type { Answer, Step } from './step.ts';
import { takeStep } from './take-step.ts';

/** A registry as the model's histories use it: told in steps, its storage calls held up as the pace of a race asks, its users counted. */
export class ModelRegistry {
  readonly registry: Registry;
  /** Every user that was ever stored. */
  readonly users = new Set<string>();
  #pace: readonly number[] = [];
  #calls = 0;

  constructor(
    readonly opened: OpenedRegistry,
    settings: RegistrySettings,
  ) {
    const users = this.#paced<UserRepository>(opened.users, (name, [user]) => {
      if (name === 'save') this.users.add((user as { userId: string }).userId);
    });
    this.registry = new Registry({ ...opened, installations: this.#paced<InstallationRepository>(opened.installations), users }, settings);
  }

  /** Starts both at once; each storage call of either waits for as many turns of the event loop as the pace says next. */
  async race(steps: readonly Step[], pace: readonly number[]): Promise<readonly Answer[]> {
    this.#pace = pace;
    this.#calls = 0;
    try {
      return await Promise.all(steps.map((step) => this.take(step)));
    } finally {
      this.#pace = [];
    }
  }

  async take(step: Step): Promise<Answer> {
    try {
      return await takeStep(this.registry, step);
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === 'installation_not_found' || code === 'user_not_found') return code;
      throw error;
    }
  }

  #paced<T extends object>(repository: T, note: (name: string, args: readonly unknown[]) => void = () => undefined): T {
    return new Proxy(repository, {
      get:
        (target, name) =>
        async (...args: unknown[]) => {
          for (let turns = this.#nextTurns(); turns > 0; turns -= 1) await new Promise((resolve) => setImmediate(resolve));
          note(String(name), args);
          return (Reflect.get(target, name) as (...given: unknown[]) => unknown).apply(target, args);
        },
    });
  }

  #nextTurns(): number {
    const turns = this.#pace[this.#calls % this.#pace.length] ?? 0;
    this.#calls += 1;
    return turns;
  }
}
