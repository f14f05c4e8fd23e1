import type { RunningPlatform } from './platform.ts';

const minutes = 60_000;

/** A platform that runs during the suite around this call. */
export function running<P extends RunningPlatform>(start: () => Promise<P>): () => P {
  let platform: P;

  beforeAll(async () => {
    platform = await start();
  }, 10 * minutes);

  afterAll(async () => {
    await platform.end();
  }, 2 * minutes);

  return () => platform;
}
