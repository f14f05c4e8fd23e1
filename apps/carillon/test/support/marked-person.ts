import { hash } from 'node:crypto';

export const mark = 'MARK-4711';
export const kim = `kim-${mark}`;

type Json = Record<string, unknown>;

const tokenOf = (name: string) => hash('sha256', name);

/** Kim of an app, with the mark wherever a caller can put it. `made`: a call below the app's path that succeeds. `now`: ms. Answers the id of an import. */
export async function markPerson(
  made: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Json>,
  now: number,
): Promise<string> {
  const token = { platform: 'ios', provider: 'apns', token: tokenOf('one'), permission: 'granted' };
  await made('PUT', 'installations/phone-1', { ...token, externalId: kim, tags: [mark], attributes: { name: mark }, model: mark });
  await made('PUT', 'installations/phone-2', { ...token, token: tokenOf('two'), externalId: 'lee' });
  await made('PUT', `installations/phone-1/live-activities/${mark}`, { token: tokenOf('three') });
  await made('PATCH', `users/${kim}`, { tags: [mark], attributes: { mail: mark }, aliases: [{ label: 'crm', name: mark }] });
  await made('POST', 'users/track', [{ externalId: kim, events: [{ id: '1', name: 'order_placed', properties: { of: mark } }] }]);
  await made('POST', 'users/merge', [{ from: kim, into: 'nobody' }], { 'idempotency-key': 'merge-1' });
  const named = { externalId: kim, variables: { code: mark } };
  const message = { title: 'Hi {{variables.code}}' };
  await made('POST', 'sends', { to: { users: [named, { externalId: 'lee', variables: { code: 'lee' } }] }, message });
  await made('POST', 'sends', { to: { users: [kim] }, message: { title: mark }, metadata: { of: mark } });
  const sendAt = new Date(now + 3_600_000).toISOString();
  await made('POST', 'sends', { to: { users: [named] }, message, options: { sendAt, cancelKey: 'orders' } });
  await made('PUT', 'campaigns/theirs', { to: { users: [named] }, message });
  const importId = String((await made('POST', 'imports', { format: 'carillon', mode: 'upsert' }))['id']);
  await made('PUT', `imports/${importId}/parts/1`, `{"externalId":"${kim}"}\n`, { 'content-type': 'application/x-ndjson' });
  return importId;
}
