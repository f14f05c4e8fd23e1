import { GroupPositions, type GroupName } from '../consuming/group-positions.ts';
import { groupOf } from '../consuming/subscription.ts';
import type { KafkaClient } from './kafka-client.ts';
import { commitsOf } from './kafka-progress.ts';

/** Events enter at the time that their publisher's clock says. What a group has never owned it has not read, even where retention has dropped it. */
export class KafkaGroupPositions extends GroupPositions {
  constructor(private readonly client: KafkaClient) {
    super();
  }

  async hasFinished({ service, topic }: GroupName, before: number): Promise<boolean> {
    const commits = await commitsOf(this.client, groupOf({ service, topic }), topic);
    const name = this.client.named(topic);
    const bounds = await this.client.ask((admin) => admin.fetchTopicOffsetsByTimestamp(name, before));
    return bounds.every(({ partition, offset }) => (commits.get(partition)?.progress.next ?? 0) >= Number(offset));
  }

  async of({ service, topic }: GroupName): Promise<ReadonlyMap<number, number>> {
    const commits = await commitsOf(this.client, groupOf({ service, topic }), topic);
    return new Map([...commits].map(([partition, { progress }]) => [partition, progress.next]));
  }
}
