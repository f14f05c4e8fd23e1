import { userUpdatedV1, sendRequestedV1 } from '#libs/events';
import { SystemClock } from '#libs/kernel';
import { DeadLetters, EventTransport } from '#libs/messaging';
import { LoopWatch, eventually, longValues, slowness } from '#libs/testing';
import { CampaignApp, app } from './campaign-app.ts';

/** The law of the event loop, for what comes over the log. */
const maxCpuMs = 100;
const replays = 3;
const minutes = 60_000;

let campaign: CampaignApp;
let watch: LoopWatch;

beforeAll(async () => {
  campaign = await CampaignApp.open();
  const real = new SystemClock();
  Object.assign(campaign.http.clock, { now: () => real.now() }); // turns are measured by it
  watch = new LoopWatch();
});

afterAll(async () => {
  watch.end();
  await campaign.close();
});

let records = 0;

/** An event of a request whose text is what it is given, in each place where a service may write something long. */
const places: readonly ((value: string) => string)[] = [
  (value) => value,
  (value) => eventOf(`"data":${value}`),
  (value) => eventOf(`"data":{"app":"${app}","to":${value},"message":{"title":"Hi"}}`),
  (value) => eventOf(`"data":{"app":"${app}","to":{"users":${value}},"message":{"title":"Hi"}}`),
  (value) => eventOf(`"data":{"app":"${app}","to":{"users":["u0"]},"message":{"title":${value}}}`),
  (value) => eventOf(`"data":{"app":"${app}","to":{"users":["u0"]},"message":{"title":"Hi"},"more":${value}}`),
  (value) => eventOf(`"more":${value},"data":{}`),
  (value) => eventOf(`"data_base64":"${Buffer.from(value).toString('base64').slice(0, 1_000_000)}"`),
];

function eventOf(rest: string): string {
  records += 1;
  return `{"specversion":"1.0","id":"e${records}","source":"s","type":"${records % 7 === 0 ? userUpdatedV1.type : sendRequestedV1.type}",${rest}}`;
}

/** What the process worked longest in one piece until the record had its verdict, ms. */
async function longestFor(value: string): Promise<number> {
  const headers = { 'content-type': 'application/cloudevents+json' };
  watch.begin();
  await campaign.http.store.write(() => {
    campaign.log.appendRecords([{ topic: 'push.request', key: app, value, headers }]);
  });
  const transport = campaign.http.app.get(EventTransport, { strict: false });
  const left = async () => (await transport.lag()).reduce((sum, { messages }) => sum + messages, 0);
  await eventually(left, (records) => records === 0, { everyMs: 50 });
  return watch.longest;
}

describe('a record of a mebibyte', () => {
  it(
    'of any shape, in any place of an event, holds the process for less than 100 ms in one piece',
    async () => {
      const slow: string[] = [];
      for (const [index, value] of longValues.entries()) {
        const chosen = places.filter((_place, at) => (index + at) % 4 === 0);
        for (const place of chosen) {
          const text = place(value);
          let least = await longestFor(text);
          for (let replay = 1; replay < replays && least > maxCpuMs; replay += 1) least = Math.min(least, await longestFor(text));
          // How slow the machine is takes longer to learn than most records take: it is asked where a record needs an excuse.
          if (least > maxCpuMs && least > maxCpuMs * slowness()) slow.push(`${least.toFixed(0)} ms: ${text.slice(0, 200)}`);
        }
      }

      expect(slow).toEqual([]);
      const letters = await campaign.http.app.get(DeadLetters).counts();
      expect(letters.reduce((sum, count) => sum + count.letters, 0)).toBeGreaterThan(40);
    },
    5 * minutes,
  );
});
