import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AttemptRepository } from '#libs/sends/attempt/writing';

const attemptsAtOnce = 500;

/** Lets the attempts of a forgotten send go, some at a time. Safe to repeat. Throws DependencyUnavailable. */
export class DropAttempts {
  constructor(private readonly attempts: AttemptRepository) {}

  async execute(sendId: string): Promise<void> {
    while ((await this.attempts.dropOfSend(sendId, attemptsAtOnce)) > 0) await nextTurn();
  }
}
