// google-auth-library: sends what INTEROP asks for with an access token that it exchanged, and prints the answers.
import { JWT } from 'google-auth-library';
import { simulatedGoogle } from './simulated-google.js';

const asked = JSON.parse(process.env.INTEROP);
const agent = simulatedGoogle(asked);

for (const { name, token, text, isBadCredential, claims: additionalClaims } of asked.cases) {
  const client = new JWT({
    email: asked.account.client_email,
    key: isBadCredential ? asked.badKey : asked.account.private_key,
    scopes: ['https://www.googleapis.com/auth/firebase.messaging'],
    additionalClaims,
    transporterOptions: { agent },
  });
  if (name === 'access token over') {
    // Not over yet, as far as the library knows: it has to see from the 401 that it needs another.
    client.setCredentials({ ...client.credentials, access_token: 'ya29.over', expiry_date: Date.now() + 3_600_000 });
    client.forceRefreshOnFailure = true;
  }
  const url = `https://fcm.googleapis.com/v1/projects/${asked.account.project_id}/messages:send`;
  const data = { message: { token, notification: { title: 'Hello', body: text } } };
  try {
    const answer = await client.request({ url, method: 'POST', data });
    console.log(JSON.stringify({ name, said: 'name' in answer.data ? 'name' : answer.data }));
  } catch (error) {
    const { error: problem = error.message } = error.response?.data ?? {};
    console.log(JSON.stringify({ name, said: problem.status ?? problem }));
  }
}
process.exit(0); // connections are kept
