import { GroupPositions, type GroupName } from '#libs/messaging';

/** Queues that let everything pass, but for the topics that a test holds. */
export class TestPositions extends GroupPositions {
  readonly held = new Set<string>();
  asked = 0;

  async hasFinished({ topic }: GroupName): Promise<boolean> {
    this.asked += 1;
    return !this.held.has(topic);
  }

  async of(): Promise<ReadonlyMap<number, number>> {
    return Promise.resolve(new Map());
  }
}
