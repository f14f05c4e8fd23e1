// A program of a customer's backend: everything that the client library does, once. It prints what came of it.
import { CarillonClient, Problem, verifyWebhook, type Import, type Send } from '@carillon/client';

const [url = '', key = '', name = ''] = process.argv.slice(2);
const carillon = new CarillonClient({ url, app: 'shop', key });

const registered = await carillon.installations.put('kims-phone', {
  platform: 'ios',
  provider: 'apns',
  token: 'c0ffee'.padEnd(64, '0123456789'),
  permission: 'granted',
});
await carillon.installations.changeUser('kims-phone', 'kim');
const kim = await carillon.users.patch('kim', { tags: ['vip'], attributes: { visits: { $inc: 1 } } });
const tracked = await carillon.users.track([{ externalId: 'kim', attributes: { city: 'Paris' } }]);

const request = { to: { users: ['kim'] }, message: { title: 'Hello {{ user.externalId }}' } };
const finished: Send = await carillon.sends.createAndWait(request, 30, { idempotencyKey: name });
const again = await carillon.sends.create(request, { idempotencyKey: name });
const { sendId } = await carillon.sends.create(request);
let followed: Send | undefined;
for await (const send of carillon.sends.follow(sendId)) followed = send;

const line = { installationId: 'imported-1', platform: 'ios', token: 'decade'.padEnd(64, '9876543210'), externalId: 'charlie' };
const progress: Import[] = [];
for await (const job of carillon.imports.run({ format: 'carillon', mode: 'create' }, [`${JSON.stringify(line)}\n`])) progress.push(job);

const event = { specversion: '1.0', id: name, source: 'shop', type: 'event.tracked.v1' } as const;
const data = { app: 'shop', externalId: 'kim', name: 'order_placed', at: new Date().toISOString() };
const verdicts = await carillon.events.publish([
  { ...event, data },
  { ...event, data },
]);

const problem = await carillon.users.get('nobody').catch((error: unknown) => error);
const refused = await carillon.sends.create({ to: { users: ['kim'] }, message: {} }).catch((error: unknown) => error);
let isForged = false;
try {
  verifyWebhook(
    '{}',
    { 'webhook-id': '1', 'webhook-timestamp': String(Math.floor(Date.now() / 1_000)), 'webhook-signature': 'v1,no' },
    'whsec_c2VjcmV0',
  );
} catch {
  isForged = true;
}

console.log(
  JSON.stringify({
    created: registered.created,
    tags: kim.tags,
    tracked,
    finished: finished.counts.accepted,
    isSame: again.sendId === finished.id,
    followed: [followed?.state, followed?.counts.accepted],
    imported: [progress.at(-1)?.state, progress.at(-1)?.created],
    verdicts: verdicts.map(({ status }) => status),
    problem: Problem.is(problem, 'user_not_found'),
    refused: refused instanceof Problem && refused.errors.length > 0,
    isForged,
  }),
);
