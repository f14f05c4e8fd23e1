// node:http2: one session, 500 streams at a time, a stream for each message.
import { connect } from 'node:http2';
import { apnsBody, authorization, ids, measured, someAtOnce, task, tokens, topic } from './task.js';

const session = connect(`https://${task.host}:${task.port}`, { ca: task.ca });

await measured((from, to) => someAtOnce(from, to, 500, sendOne));
session.close();

function sendOne(index) {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ...{ ':method': 'POST', ':path': `/3/device/${tokens[index]}`, authorization },
      ...{ 'apns-id': ids[index], 'apns-topic': topic, 'apns-push-type': 'alert', 'apns-priority': '10', 'apns-expiration': '1800000000' },
    });
    stream.on('response', ({ ':status': status }) => {
      if (status !== 200) reject(new Error(`the sink answered ${status}`));
    });
    stream.on('error', reject);
    stream.on('close', resolve);
    stream.resume();
    stream.end(apnsBody(index));
  });
}
