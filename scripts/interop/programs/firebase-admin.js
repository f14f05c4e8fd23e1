// firebase-admin: sends what INTEROP asks for and prints what the library makes of each answer. `send` goes over HTTP/1.1, where the library takes an agent;
// `sendEach` opens HTTP/2 connections to fcm.googleapis.com by itself and cannot be pointed elsewhere. Nor can the exchange of `cert()`, whichever agent it is
// given: a credential of ours exchanges with google-auth-library instead.
import { initializeApp } from 'firebase-admin/app';
import { getMessaging } from 'firebase-admin/messaging';
import { JWT } from 'google-auth-library';
import { simulatedGoogle } from './simulated-google.js';

const asked = JSON.parse(process.env.INTEROP);
const httpAgent = simulatedGoogle(asked);

for (const { name, token, text, isBadCredential, claims: additionalClaims } of asked.cases) {
  const { client_email: email, private_key, project_id: projectId } = asked.account;
  const key = isBadCredential ? asked.badKey : private_key;
  const scopes = ['https://www.googleapis.com/auth/firebase.messaging'];
  const client = new JWT({ email, key, scopes, additionalClaims, transporterOptions: { agent: httpAgent } });
  const credential = {
    getAccessToken: async () => ({
      access_token: name === 'access token over' ? 'ya29.over' : (await client.getAccessToken()).token,
      expires_in: 3_600,
    }),
  };
  const app = initializeApp({ credential, projectId, httpAgent }, name);
  try {
    const id = await getMessaging(app).send({ token, notification: { title: 'Hello', body: text } });
    console.log(JSON.stringify({ name, said: /^projects\/[^/]+\/messages\//.test(id) ? 'name' : id }));
  } catch (error) {
    console.log(JSON.stringify({ name, said: error.code, message: error.message }));
  }
  if (name === 'good message') {
    const { successCount, errors } = await getMessaging(app).subscribeToTopicLegacy([token, asked.dead], 'news');
    console.log(JSON.stringify({ name: 'topic', said: `${successCount} ${errors.map(({ error }) => error.code).join()}` }));
  }
}
process.exit(0); // connections are kept
