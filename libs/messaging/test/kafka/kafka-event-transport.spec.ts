import { describeWithEngines } from '#libs/testing/engines';
import { transportContract } from '../../src/consuming/transport.contract.ts';
import { KafkaBench, buried } from './kafka-bench.ts';

describeWithEngines('On a real broker', ({ KAFKA_BROKERS }) => {
  afterAll(buried);

  transportContract('Kafka', () => KafkaBench.open(KAFKA_BROKERS));
});
