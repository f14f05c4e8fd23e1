import { app, Registry, type OpenedRegistry } from '../../src/opened-registry.contract.ts';
import type { RegistrySettings } from '../../src/registry-settings.ts';
import type { Answer, Step } from './step.ts';
import { takeStep } from './take-step.ts';
import { USERS } from './model-state.ts';

/** Before each storage call of one worker; the call happens when it has resolved, and never if it throws. */
type BeforeCall = () => Promise<void>;

/** The worker is gone: nothing that it meant to do next happens. */
class Died extends Error {}

/** A registry as the model's histories use it: told in steps, by workers that may be slow or die, its users counted. */
export class ModelRegistry {
  readonly registry: Registry;
  /** Every user that was ever stored. */
  readonly users = new Set<string>();

  constructor(
    readonly opened: OpenedRegistry,
    readonly settings: RegistrySettings,
  ) {
    this.registry = this.#worker(async () => undefined);
  }

  async take(step: Step): Promise<Answer> {
    return answerOf(this.registry, step);
  }

  /** Starts all at once, each by a worker of its own that waits before its nth storage call for as many turns of the event loop as its pace says. */
  async race(steps: readonly Step[], paces: readonly (readonly number[])[]): Promise<readonly Answer[]> {
    return Promise.all(
      steps.map((step, at) => {
        const pace = paces[at] ?? [];
        let calls = 0;
        const waiting: BeforeCall = async () => {
          for (let turns = pace[calls++ % pace.length] ?? 0; turns > 0; turns -= 1) await new Promise((resolve) => setImmediate(resolve));
        };
        return answerOf(this.#worker(waiting), step);
      }),
    );
  }

  /** The second step is taken whole before the nth storage call of the first, or after it where it has no more calls. */
  async overtake([slow, fast]: readonly [Step, Step], calls: number): Promise<readonly Answer[]> {
    let left = calls;
    let overtaking: Promise<Answer> | undefined;
    const waiting: BeforeCall = async () => {
      if (left === 0) await (overtaking ??= answerOf(this.registry, fast));
      else left -= 1;
    };
    const answer = await answerOf(this.#worker(waiting), slow);
    return [answer, await (overtaking ?? answerOf(this.registry, fast))];
  }

  /** A worker that is killed before its nth storage call. Answers whether it had ended by then. */
  async dieAt(step: Step, calls: number): Promise<boolean> {
    let left = calls;
    const counting: BeforeCall = async () => {
      if (left === 0) throw new Died();
      left -= 1;
    };
    try {
      await answerOf(this.#worker(counting), step);
      return true;
    } catch (error) {
      if (error instanceof Died) return false;
      throw error;
    }
  }

  /** What the sweep and the consumers of users' events repair; nobody is retired meanwhile. */
  async repair(): Promise<void> {
    await this.registry.sweep.execute(2_000, 36_500);
    for (const externalId of USERS) {
      const user = await this.opened.users.findByExternalId(app, externalId);
      if (user) await this.registry.copyUser.execute(app, user.userId);
    }
  }

  #worker(before: BeforeCall): Registry {
    const { installations, users } = this.opened;
    const notingUsers = guarded(users, before, (name, [user]) => {
      if (name === 'save') this.users.add((user as { userId: string }).userId);
    });
    return new Registry({ ...this.opened, installations: guarded(installations, before), users: notingUsers }, this.settings);
  }
}

const refusals = ['installation_not_found', 'user_not_found', 'alias_taken', 'alias_of_known_user'];

async function answerOf(registry: Registry, step: Step): Promise<Answer> {
  try {
    return await takeStep(registry, step);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== undefined && refusals.includes(code)) return code;
    throw error;
  }
}

type Note = (name: string, args: readonly unknown[]) => void;

function guarded<T extends object>(repository: T, before: BeforeCall, note: Note = () => undefined): T {
  return new Proxy(repository, {
    get:
      (target, name) =>
      async (...args: unknown[]) => {
        await before();
        note(String(name), args);
        return (Reflect.get(target, name) as (...given: unknown[]) => unknown).apply(target, args);
      },
  });
}
