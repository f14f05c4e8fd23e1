// firebase-admin: `sendEach` with 500 messages. It opens HTTP/2 connections to fcm.googleapis.com and cannot be pointed elsewhere, so connecting is.
import http2 from 'node:http2';
import { syncBuiltinESMExports } from 'node:module';
import { measured, partsOf, task, tokens } from './task.js';

const connect = http2.connect;
http2.connect = (_, options) => connect(`https://${task.host}:${task.port}`, { ...options, ca: task.ca });
syncBuiltinESMExports();
const { initializeApp } = await import('firebase-admin/app');
const { getMessaging } = await import('firebase-admin/messaging');

const atOnce = 500;
const credential = { getAccessToken: async () => ({ access_token: 'e'.repeat(207), expires_in: 3_600 }) };
const messaging = getMessaging(initializeApp({ credential, projectId: 'bench' }));

await measured(async (from, to) => {
  for (let start = from; start < to; start += atOnce) {
    const messages = tokens.slice(start, Math.min(start + atOnce, to)).map((token, index) => {
      const { alert, carillon } = partsOf(start + index);
      return { token, notification: alert, data: carillon };
    });
    const { failureCount, responses } = await messaging.sendEach(messages);
    if (failureCount > 0) throw responses.find(({ success }) => !success).error;
  }
});
process.exit(0); // connections are kept
