import type { Client } from './client.ts';
import type { SeededRandom } from './seeded-random.ts';

export interface Phone {
  readonly id: string;
  readonly token: string;
  readonly provider: 'apns' | 'fcm';
  /** The simulators call its token dead. */
  readonly dead: boolean;
  /** What the last acknowledged registration answered; undefined until one was. */
  revision?: number;
  /** When that came (ms of the client's own clock): who was registered before a send was asked for is meant by it. */
  registeredAt?: number;
}

export function aPhone(id: string, random: SeededRandom, dead = false): Phone {
  const provider = random.chance(0.5) ? 'apns' : 'fcm';
  return { id, provider, dead, token: aToken(provider, random) };
}

export function aToken(provider: Phone['provider'], random: SeededRandom): string {
  return provider === 'apns' ? random.hex(64) : `c${random.hex(21)}:APA91b${random.hex(64)}`;
}

/** `PUT …/installations/{id}`, and the client's note of it. Answers whether it was acknowledged. */
export async function register(client: Client, phone: Phone): Promise<boolean> {
  const { id, token, provider } = phone;
  const reply = await client.call<{ revision: number }>('PUT', `/installations/${id}`, {
    ...deviceOf(provider),
    token,
    externalId: `user-${id}`,
  });
  if (reply.kind !== 'answered') return false;
  if (reply.status > 201) throw new Error(`A registration was answered ${reply.status}: ${JSON.stringify(reply.body)}`);
  phone.revision = reply.body.revision;
  phone.registeredAt = performance.now();
  return true;
}

/** What a device tells of itself with every registration. */
export function deviceOf(provider: Phone['provider']): object {
  return { platform: provider === 'apns' ? 'ios' : 'android', provider, permission: 'granted' };
}

/** Runs work on a list, so many at a time. */
export async function inParallel<T>(list: readonly T[], atOnce: number, work: (one: T) => Promise<unknown>): Promise<void> {
  const rest = list[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const one of rest) await work(one);
    }),
  );
}
