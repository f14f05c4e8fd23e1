import { randomBytes } from 'node:crypto';
import type { Shop } from './shop.ts';

const callsAtOnce = 64;

/** Registers so many installations, every second one with FCM, each with a user of its own: `<name>-<n>` and `user-<name>-<n>`. */
export async function registerCrowd(shop: Shop, name: string, count: number): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const n = next++;
      await shop.register(`${name}-${n}`, { externalId: `user-${name}-${n}`, ...(n % 2 === 1 && onFcm()) });
    }
  };
  await Promise.all(Array.from({ length: callsAtOnce }, worker));
}

function onFcm(): object {
  return {
    platform: 'android',
    provider: 'fcm',
    token: `${randomBytes(11).toString('hex')}:APA91b${randomBytes(60).toString('base64url')}`,
  };
}
