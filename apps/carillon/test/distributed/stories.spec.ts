import { describeWithEngines } from '#libs/testing/engines';
import { OwnRedis } from '#libs/testing/redis';
import { Redis } from 'ioredis';
import { eachProviderStories } from '../stories/each-provider.ts';
import { SlowSend, liveStories } from '../stories/live.ts';
import { ownershipStories } from '../stories/ownership.ts';
import { tenThousandStories } from '../stories/ten-thousand.ts';
import { previewStories } from '../stories/previews.ts';
import { trialStories } from '../stories/trials.ts';
import { uninstallProbeStories } from '../stories/uninstall-probes.ts';
import { running } from '../support/running.ts';
import { Cluster } from './cluster.ts';

const minutes = 60_000;

describeWithEngines('services in processes of their own', (engines) => {
  let redis: OwnRedis;
  const cluster = running(async () => {
    redis = await OwnRedis.start();
    return Cluster.start({ ...engines, REDIS_URL: redis.url }, { settings: { CARILLON_DEMO: 'true', RETRY_BASE_CREDENTIALS: '500' } });
  });

  afterAll(() => redis.remove());

  describe('who a push is for', () => {
    ownershipStories(cluster);
  });

  describe('a send to ten thousand phones', () => {
    tenThousandStories(cluster);
  });

  describe('each provider', () => {
    eachProviderStories(cluster);
  });

  describe('a message that is tried', () => {
    trialStories(cluster);
  });

  describe('a message that is looked at', () => {
    previewStories(cluster);
  });

  describe('a silent probe (R49)', () => {
    uninstallProbeStories(cluster);
  });

  describe('the live stream of a send', () => {
    liveStories(cluster);

    it(
      'is open at one process, and hears of others through Redis that something has changed',
      async () => {
        const [bystander, asked] = [new Redis(redis.url), new Redis(redis.url)];
        const heard: string[] = [];
        bystander.on('pmessage', (_pattern, channel) => heard.push(channel));
        await bystander.psubscribe('*live:send:*');

        const send = await SlowSend.begin(cluster(), 'live-heard');
        const listening = (await asked.pubsub('CHANNELS', `*${send.id}`)) as string[];
        await send.end();

        expect(listening).toEqual([expect.stringContaining(`live:send:${send.id}`)]);
        expect(heard).toContain(listening[0]);
        bystander.disconnect();
        asked.disconnect();
      },
      5 * minutes,
    );

    it(
      'tells the same, later, when Redis stops in the middle; nobody is reached twice or not at all',
      async () => {
        const send = await SlowSend.begin(cluster(), 'live-alone');

        await redis.stop();
        const last = await send.end();

        expect(last).toMatchObject({ state: 'done', counts: { targeted: 2, accepted: 2, possibleDuplicates: 0 } });
        const { body } = await cluster().simulator<unknown[]>('GET', `/ledger?send=${send.id}`);
        expect(body).toHaveLength(2);
        await redis.start();
      },
      5 * minutes,
    );
  });
});
