import { installationKey } from '#libs/kernel';
import mongoose from 'mongoose';

interface Document {
  readonly _id: string;
  readonly [field: string]: unknown;
}

const step = 5_000;

/**
 * Puts installations and their users into the database as copies of two that were registered over HTTP, one of each provider: what a million registrations
 * would leave behind, without their time.
 */
export async function cloneInstallations(uri: string, database: string, count: number): Promise<void> {
  const connection = await mongoose.createConnection(uri, { dbName: database }).asPromise();
  const [installations, users] = [connection.collection<Document>('installations'), connection.collection<Document>('users')];
  const templates = await installations.find({}).sort({ _id: 1 }).limit(2).toArray();
  const owners = await users.find({}).toArray();
  for (let from = 0; from < count; from += step) {
    const numbers = Array.from({ length: Math.min(step, count - from) }, (_, index) => from + index);
    const copies = numbers.flatMap((n) =>
      templates.slice(n % templates.length, (n % templates.length) + 1).map((template) => copyOf(template, owners, n)),
    );
    await users.insertMany(copies.map(({ user }) => user));
    await installations.insertMany(copies.map(({ installation }) => installation));
  }
  await installations.deleteMany({ _id: { $in: templates.map(({ _id }) => _id) } });
  await connection.close();
}

/** Another installation with a token and a user of its own. */
function copyOf(template: Document, owners: readonly Document[], n: number): { installation: Document; user: Document } {
  const [app, id, userId] = [String(template['app']), `clone-${n}`, `user-of-clone-${n}`];
  const owner = owners.find((user) => user['userId'] === template['userId']);
  const token = String(template['token']);
  const digits = n.toString(16).padStart(16, '0');
  const installation = {
    ...withoutEvents(template),
    _id: installationKey(app, id),
    id,
    userId,
    token: token.slice(0, -digits.length) + digits,
    tokenKey: String(template['tokenKey']).slice(0, -digits.length) + digits,
  };
  return { installation, user: { ...withoutEvents(owner), _id: `${app}:${userId}`, userId } };
}

/** What the first one still has to tell is not to be told of each copy. */
function withoutEvents(document: Document | undefined): Record<string, unknown> {
  return Object.fromEntries(Object.entries(document ?? {}).filter(([field]) => field !== 'outbox' && field !== 'outboxSince'));
}
