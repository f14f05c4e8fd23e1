// undici: `dispatch` over HTTP/2, its cheapest call, 100 streams at a time, which is where it is quickest.
import { Client } from 'undici';
import { apnsBody, authorization, ids, measured, someAtOnce, task, tokens, topic } from './task.js';

const streams = 100;
const client = new Client(`https://${task.host}:${task.port}`, { allowH2: true, pipelining: streams, connect: { ca: task.ca } });

await measured((from, to) => someAtOnce(from, to, streams, sendOne));
await client.close();

function sendOne(index) {
  return new Promise((resolve, reject) => {
    const headers = {
      ...{ authorization, 'apns-id': ids[index], 'apns-topic': topic },
      ...{ 'apns-push-type': 'alert', 'apns-priority': '10', 'apns-expiration': '1800000000' },
    };
    client.dispatch(
      { method: 'POST', path: `/3/device/${tokens[index]}`, headers, body: apnsBody(index) },
      {
        onRequestStart: () => undefined,
        onResponseStart(_, status) {
          if (status !== 200) reject(new Error(`the sink answered ${status}`));
        },
        onResponseData: () => undefined,
        onResponseEnd: resolve,
        onResponseError: (_, error) => reject(error),
      },
    );
  });
}
