import { GroupPositions, type GroupName } from '../consuming/group-positions.ts';
import { groupOf } from '../consuming/subscription.ts';
import type { KafkaClient } from './kafka-client.ts';
import { startsOf } from './kafka-progress.ts';

/** Events enter at the time that their publisher's clock says. */
export class KafkaGroupPositions extends GroupPositions {
  constructor(private readonly client: KafkaClient) {
    super();
  }

  async hasFinished({ service, topic }: GroupName, before: number): Promise<boolean> {
    const starts = await startsOf(this.client, groupOf({ service, topic }), topic);
    const behind = [...starts].filter(([, { progress, end }]) => progress.next < end);
    if (behind.length === 0) return true;
    const name = this.client.named(topic);
    const bounds = await this.client.ask((admin) => admin.fetchTopicOffsetsByTimestamp(name, before));
    const since = new Map(bounds.map(({ partition, offset }) => [partition, Number(offset)]));
    return behind.every(([partition, { progress }]) => progress.next >= (since.get(partition) ?? Infinity));
  }
}
