import { enginesIn, type EngineAddresses } from './engines.ts';

const addresses = enginesIn(process.env);

if (!addresses && process.env['CI'] === undefined) {
  process.stderr.write('Suites over Kafka, MongoDB and Redis are left out: `npm test` starts the servers, or see `npm run engines`\n');
}

/**
 * A suite over the real servers, which `npm test` starts, or which KAFKA_BROKERS, MONGODB_URI and REDIS_URL name. Without them it is left out,
 * with `CI` set it fails.
 */
export function describeWithEngines(what: string, suite: (addresses: EngineAddresses) => void): void {
  if (addresses) {
    describe(what, () => {
      suite(addresses);
    });
    return;
  }
  const without = process.env['CI'] === undefined ? it.skip : it;
  without(`${what}, on real servers`, () => {
    throw new Error('KAFKA_BROKERS, MONGODB_URI and REDIS_URL name no servers');
  });
}
