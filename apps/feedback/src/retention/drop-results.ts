import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ResultRepository } from '#libs/sends/result/writing';

const resultsAtOnce = 500;

/** Lets the results of a forgotten send go, some at a time. Safe to repeat. Throws DependencyUnavailable. */
export class DropResults {
  constructor(private readonly results: ResultRepository) {}

  async execute(sendId: string): Promise<void> {
    while ((await this.results.dropOfSend(sendId, resultsAtOnce)) > 0) await nextTurn();
  }
}
