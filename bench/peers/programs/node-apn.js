// @parse/node-apn: one text goes to 500 tokens a call, as its documentation has it; a text of its own needs a notification and a call for each message.
import apn from '@parse/node-apn';
import { measured, partsOf, task, tokens, topic } from './task.js';

const atOnce = 500;
const provider = new apn.Provider({
  ...{ address: task.host, port: task.port, ca: task.ca, production: true },
  token: { key: task.key, keyId: 'KEYOFBENCH', teamId: 'TEAMOFBENC' },
});

await measured(async (from, to) => {
  for (let start = from; start < to; start += atOnce) {
    const end = Math.min(start + atOnce, to);
    const results =
      task.text === 'one'
        ? [await provider.send(notification(start), tokens.slice(start, end))]
        : await Promise.all(tokens.slice(start, end).map((token, index) => provider.send(notification(start + index), token)));
    const problem = results.find(({ failed }) => failed.length > 0);
    if (problem) throw new Error(JSON.stringify(problem.failed[0]));
  }
});
process.exit(0); // its pings go on

function notification(index) {
  const { alert, sound, badge, threadId, carillon } = partsOf(index);
  return new apn.Notification({
    ...{ topic, pushType: 'alert', priority: 10, expiry: 1_800_000_000 },
    ...{ alert, sound, badge, threadId, mutableContent: true, payload: { carillon } },
  });
}
