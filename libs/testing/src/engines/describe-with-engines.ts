import { enginesIn, type EngineAddresses } from './engines.ts';

const addresses = enginesIn(process.env);

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
  const isLeftOut = process.env['CI'] === undefined;
  if (isLeftOut) process.stderr.write(`${what}: left out without servers, which \`npm test\` starts; see \`npm run engines\`\n`);
  const without = isLeftOut ? it.skip : it;
  without(`${what}, on real servers`, () => {
    throw new Error('KAFKA_BROKERS, MONGODB_URI and REDIS_URL name no servers');
  });
}
