import { haltBy, type Halt, type HaltRepository, type HaltedPart, type Principal } from '#libs/access';
import { againWhenStale, note, type Clock } from '#libs/kernel';

/** Stands in the audit for whoever started the platform with `--restored`. */
export const RESTORER: Principal = { kind: 'admin', keyId: '--restored' };

const conflicts = 10;

interface HaltRequest {
  readonly isOn: boolean;
  readonly by: Principal;
  readonly reason: Halt['reason'];
}

/** Halts one provider of an app, or everything, and lets it go on. What is so already stays as it is: whoever halted first is named. */
export class ChangeHalt {
  constructor(
    private readonly halts: HaltRepository,
    private readonly clock: Clock,
  ) {}

  /** The halt as it stands; undefined where nothing was ever halted. Throws StaleRevision, DependencyUnavailable. */
  async execute(part: HaltedPart, request: HaltRequest): Promise<Halt | undefined> {
    return againWhenStale(conflicts, async () => {
      const before = await this.halts.find(part);
      const word = haltBy(part, before, request, this.clock.now());
      if (!word) return before;
      await this.halts.save(word.halt, word.audit);
      note(request.isOn ? 'halt set' : 'halt lifted', { ...part, by: word.halt.by, reason: request.reason });
      return word.halt;
    });
  }
}
