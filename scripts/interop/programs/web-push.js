// web-push: pushes what INTEROP asks for, prints what the service answers, and reads with http_ece, its own decryption, what the platform has encrypted.
import { Buffer } from 'node:buffer';
import { createECDH } from 'node:crypto';
import { Agent } from 'node:https';
import ece from 'http_ece';
import webpush from 'web-push';

const { origin, ca, cases, ours } = JSON.parse(process.env.INTEROP);
const subject = 'mailto:interop@example.com';
const [own, stranger] = [webpush.generateVAPIDKeys(), webpush.generateVAPIDKeys()];
const agent = new Agent({ ca });

for (const { name, subscription, text } of cases) {
  const keys = name === 'key of another sender' ? stranger : own;
  const over = Math.floor(Date.now() / 1_000) - 60;
  const vapid = webpush.getVapidHeaders?.(origin, subject, keys.publicKey, keys.privateKey, 'aes128gcm', over);
  const options = { TTL: 60, agent, contentEncoding: 'aes128gcm' };
  if (name === 'expired credential') options.headers = { Authorization: vapid.Authorization };
  else if (name === 'credential for another service')
    options.headers = {
      Authorization: webpush.getVapidHeaders('https://push.example', subject, keys.publicKey, keys.privateKey, 'aes128gcm').Authorization,
    };
  else if (name === 'bad credential') options.headers = { Authorization: `vapid t=a.b.c, k=${own.publicKey}` };
  else options.vapidDetails = { subject, ...keys };
  const answer = await webpush.sendNotification(subscription, text, options).catch((error) => error);
  const errno = answer.statusCode === 201 ? '' : ` ${JSON.parse(answer.body).errno}`;
  console.log(JSON.stringify({ name, said: `${answer.statusCode}${errno}` }));
}

const privateKey = createECDH('prime256v1');
privateKey.setPrivateKey(Buffer.from(ours.privateKey, 'base64url'));
const text = ece.decrypt(Buffer.from(ours.body, 'base64url'), { version: 'aes128gcm', privateKey, authSecret: ours.auth });
console.log(JSON.stringify({ name: 'ours', said: text.toString('utf8') }));
process.exit(0); // connections are kept
