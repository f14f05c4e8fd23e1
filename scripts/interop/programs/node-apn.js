// @parse/node-apn: pushes what INTEROP asks for and prints what the library makes of each answer.
import apn from '@parse/node-apn';

const { now } = Date;
const { host, port, ca, key, badKey, keyId, teamId, cases } = JSON.parse(process.env.INTEROP);

for (const { name, token, topic, text, isBadCredential, clockMs = 0 } of cases) {
  Date.now = () => now() + clockMs; // a token that is over, or has not begun, is one of a clock that is wrong
  const provider = new apn.Provider({
    ...{ address: host, port, ca, production: true },
    token: { key: isBadCredential ? badKey : key, keyId, teamId },
  });
  const notification = new apn.Notification({ topic, alert: text, pushType: 'alert' });
  const { sent, failed } = await provider.send(notification, token);
  const [{ status = 200, response, error } = {}] = failed;
  console.log(JSON.stringify({ name, status: sent.length > 0 ? 200 : Number(status), ...response, error: error?.message }));
  await provider.shutdown();
}
process.exit(0); // its pings go on
