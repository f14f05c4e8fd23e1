import fc from 'fast-check';
import { anyStep, concurrent, mortal, related, stepOf, survivor, type DraftStep } from './draft-step.ts';
import type { History } from './history.ts';
import type { ModelRegistry } from './model-registry.ts';
import { DEVICES } from './model-state.ts';

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
    private readonly paces: readonly [readonly number[], readonly number[]],
  ) {}

  check(history: Readonly<History>): boolean {
    return this.drafts.every((draft) => stepOf(draft, history) !== undefined);
  }

  async run(history: History, real: ModelRegistry): Promise<void> {
    const [one, other] = this.drafts.map((draft) => stepOf(draft, history));
    if (one && other) await history.race([one, other], this.paces, real);
  }

  toString(): string {
    return `${JSON.stringify(this.drafts[0])} at once with ${JSON.stringify(this.drafts[1])}, paces ${this.paces.map((pace) => pace.join('')).join(' ')}`;
  }
}

/** A worker dies at a storage call of its operation; life goes on, then the sweep comes. */
class Death implements Command {
  constructor(
    private readonly dying: DraftStep,
    private readonly calls: number,
    private readonly next: DraftStep,
  ) {}

  check(history: Readonly<History>): boolean {
    return stepOf(this.dying, history) !== undefined && history.model.state.devices.size > 0 && stepOf(this.next, history) !== undefined;
  }

  async run(history: History, real: ModelRegistry): Promise<void> {
    const [dying, next] = [stepOf(this.dying, history), stepOf(this.next, history)];
    if (dying && next) await history.death([dying, next], this.calls, real);
  }

  toString(): string {
    return `${JSON.stringify(this.dying)} dies at call ${this.calls}, then ${JSON.stringify(this.next)}, then the sweep`;
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

/** Days pass: what keeps the order of a deleted installation's revisions goes, too, and whom nobody knows any more. */
class Sweep implements Command {
  constructor(private readonly days: number) {}

  check(): boolean {
    return true;
  }

  async run(history: History, real: ModelRegistry): Promise<void> {
    const { clock } = real.opened;
    const ms = this.days * 24 * 60 * 60 * 1_000;
    history.remember(clock.now() + ms - 1);
    clock.advance(ms);
    history.model.sweep(clock.now());
    await real.registry.sweep.execute();
    await history.compare(real);
  }

  toString(): string {
    return `${this.days} days pass and the sweep runs`;
  }
}

const pace = fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 8 });

/** Where no `Wait` comes between, the clock stands still. */
export const registryCommands: readonly fc.Arbitrary<Command>[] = [
  ...weighted(6, anyStep.map((draft) => new TakeStep(draft))),
  ...weighted(5, fc.tuple(related(concurrent, concurrent), fc.tuple(pace, pace)).map(([drafts, paces]) => new Race(drafts, paces))),
  ...weighted(3, fc.tuple(related(mortal, survivor), fc.nat({ max: 8 })).map(([[dying, next], calls]) => new Death(dying, calls, next))),
  ...weighted(2, fc.constantFrom(...DEVICES).map((device) => new ReadDevice(device))),
  ...weighted(3, fc.constantFrom(1, 2, 5, 1_000, 60_000).map((ms) => new Wait(ms))),
  ...weighted(2, fc.constantFrom(8, 8, 8, 59, 61).map((days) => new Sweep(days))),
]; // prettier-ignore

/** `fc.commands` gives every arbitrary the same chance. */
function weighted(weight: number, command: fc.Arbitrary<Command>): fc.Arbitrary<Command>[] {
  return Array.from({ length: weight }, () => command);
}
