import fc from 'fast-check';
import { anyStep, concurrent, stepOf, type DraftStep } from './draft-step.ts';
import type { History } from './history.ts';
import type { ModelRegistry } from './model-registry.ts';
import { DEVICES } from './view.ts';

type Command = fc.AsyncCommand<History, ModelRegistry>;

class TakeStep implements Command {
  constructor(private readonly draft: DraftStep) {}

  check(history: Readonly<History>): boolean {
    return stepOf(this.draft, history) !== undefined;
  }

  async run(history: History, real: ModelRegistry): Promise<void> {
    const step = stepOf(this.draft, history);
    if (step) await history.take(step, real);
  }

  toString(): string {
    return JSON.stringify(this.draft);
  }
}

/** Two operations started together. */
class Race implements Command {
  constructor(
    private readonly drafts: readonly [DraftStep, DraftStep],
    private readonly pace: readonly number[],
  ) {}

  check(history: Readonly<History>): boolean {
    return this.drafts.every((draft) => stepOf(draft, history) !== undefined);
  }

  async run(history: History, real: ModelRegistry): Promise<void> {
    const [one, other] = this.drafts.map((draft) => stepOf(draft, history));
    if (one && other) await history.race([one, other], this.pace, real);
  }

  toString(): string {
    return `${JSON.stringify(this.drafts[0])} at once with ${JSON.stringify(this.drafts[1])}, pace ${this.pace.join('')}`;
  }
}

/** A dispatcher reads an installation before it sends; what the provider says of that token may come much later. */
class ReadDevice implements Command {
  constructor(private readonly device: string) {}

  check({ model }: Readonly<History>): boolean {
    return model.state.devices.get(this.device)?.token != null;
  }

  async run({ model, read }: History): Promise<void> {
    const { token, confirmedAt } = model.state.devices.get(this.device) ?? {};
    if (token != null && confirmedAt !== undefined) read.push({ device: this.device, token, confirmedAt });
  }

  toString(): string {
    return `a dispatcher reads ${this.device}`;
  }
}

class Wait implements Command {
  constructor(private readonly ms: number) {}

  check(): boolean {
    return true;
  }

  async run(history: History, real: ModelRegistry): Promise<void> {
    const { clock } = real.opened;
    history.remember(clock.now() + this.ms - 1);
    clock.advance(this.ms);
  }

  toString(): string {
    return `${this.ms} ms pass`;
  }
}

/** Eight days pass: what keeps the order of a deleted installation's revisions goes, too. */
class Sweep implements Command {
  check(): boolean {
    return true;
  }

  async run(history: History, real: ModelRegistry): Promise<void> {
    const { clock } = real.opened;
    const eightDaysMs = 8 * 24 * 60 * 60 * 1_000;
    history.remember(clock.now() + eightDaysMs - 1);
    clock.advance(eightDaysMs);
    history.model.sweep(clock.now());
    await real.registry.sweep.execute();
    await history.compare(real);
  }

  toString(): string {
    return 'eight days pass and the sweep runs';
  }
}

const pace = fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 12 });

/** Where no `Wait` comes between, the clock stands still. */
export const registryCommands: readonly fc.Arbitrary<Command>[] = [
  ...weighted(6, anyStep.map((draft) => new TakeStep(draft))),
  ...weighted(3, fc.tuple(fc.tuple(concurrent, concurrent), pace).map(([drafts, turns]) => new Race(drafts, turns))),
  ...weighted(2, fc.constantFrom(...DEVICES).map((device) => new ReadDevice(device))),
  ...weighted(3, fc.constantFrom(1, 2, 5, 1_000, 60_000).map((ms) => new Wait(ms))),
  fc.constant(new Sweep()),
]; // prettier-ignore

/** `fc.commands` gives every arbitrary the same chance. */
function weighted(weight: number, command: fc.Arbitrary<Command>): fc.Arbitrary<Command>[] {
  return Array.from({ length: weight }, () => command);
}
