import { uuid5, type BuiltProvider } from '#libs/kernel';
import type { Attributes, Permission, Platform } from '#libs/registry';
import { DEMO_PROVIDERS } from './demo-providers.ts';

export const DEMO_INSTALLATIONS = 10_000;

export interface DemoInstallation {
  readonly id: string;
  readonly externalId: string;
  readonly platform: Platform;
  readonly provider: BuiltProvider;
  readonly token: string;
  readonly permission: Permission;
  readonly locale: string;
  readonly tags: readonly string[];
  readonly model: string;
  readonly osVersion: string;
  readonly firstName: string;
  readonly attributes: Attributes;
  /** What the simulator is told to say about its token; null while it lives. */
  readonly death: string | null;
}

const names = [
  'Ada', 'Ben', 'Chloe', 'David', 'Emma', 'Farid', 'Grace', 'Hugo', 'Ines', 'Jules', 'Kofi', 'Lena', 'Marc', 'Nadia', 'Omar', 'Paula', 'Quentin', 'Rosa', 'Sami', 'Tina',
] as const; // prettier-ignore

interface Device {
  readonly share: number;
  readonly word: string;
  readonly platform: Platform;
  readonly provider: BuiltProvider;
  readonly model: string;
  readonly osVersion: string;
}

/** Out of a hundred: every platform there is, those of Apple first. */
const devices: readonly Device[] = [
  { share: 36, word: 'iphone', platform: 'ios', provider: 'apns', model: 'iPhone 17', osVersion: '26.1' },
  { share: 8, word: 'ipad', platform: 'ipados', provider: 'apns', model: 'iPad Air', osVersion: '26.1' },
  { share: 5, word: 'mac', platform: 'macos', provider: 'apns', model: 'MacBook Pro', osVersion: '26.1' },
  { share: 3, word: 'watch', platform: 'watchos', provider: 'apns', model: 'Apple Watch Series 11', osVersion: '26.1' },
  { share: 2, word: 'tv', platform: 'tvos', provider: 'apns', model: 'Apple TV 4K', osVersion: '26.1' },
  { share: 1, word: 'vision', platform: 'visionos', provider: 'apns', model: 'Apple Vision Pro', osVersion: '26.1' },
  { share: 3, word: 'surface', platform: 'windows', provider: 'wns', model: 'Surface Pro 12', osVersion: '11' },
  { share: 2, word: 'fire', platform: 'fireos', provider: 'adm', model: 'Fire HD 10', osVersion: '8' },
  { share: 1, word: 'kindle', platform: 'kindle', provider: 'adm', model: 'Kindle Fire HDX', osVersion: '4.5' },
  { share: 24, word: 'pixel', platform: 'android', provider: 'fcm', model: 'Pixel 11', osVersion: '17' },
  { share: 4, word: 'huawei', platform: 'harmonyos', provider: 'hms', model: 'Mate 80', osVersion: '5.1' },
  { share: 3, word: 'xiaomi', platform: 'android', provider: 'baidu', model: 'Xiaomi 17', osVersion: '16' },
  { share: 8, word: 'browser', platform: 'web', provider: 'webpush', model: 'Chrome', osVersion: '150' },
];

/** People with a story; they stand before the crowd. */
const cast: readonly Partial<DemoInstallation>[] = [
  { id: 'charlie-iphone', externalId: 'charlie', firstName: 'Charlie', tags: ['vip'] },
  { id: 'kim-pixel', externalId: 'kim', firstName: 'Kim', tags: ['vip'], ...deviceOf(70), locale: 'fr-FR' },
  { id: '4711-iphone', externalId: '4711', firstName: 'Sam', permission: 'denied' },
  { id: '4711-pixel', externalId: '4711', firstName: 'Sam', ...deviceOf(70) },
  { id: 'nora-mac', externalId: 'nora', firstName: 'Nora', ...deviceOf(44) },
];

/** The user whose wish is to get nothing. */
export const UNSUBSCRIBED = 'nora';
/** The installation that has lost its token before the demo begins. */
export const LOST = '4711-pixel';

/** Installation `index` of the demo; the same on every start. */
export function demoInstallation(index: number): DemoInstallation {
  const name = names[index % names.length] ?? 'Ada';
  const device = deviceOf((index * 37) % 100);
  const { word } = device;
  const id = `${name.toLowerCase()}-${word}-${index}`;
  const member = cast[index] ?? {};
  const base: DemoInstallation = {
    id,
    externalId: `${name.toLowerCase()}-${index}`,
    platform: device.platform,
    provider: device.provider,
    model: device.model,
    osVersion: device.osVersion,
    token: '',
    permission: 'granted',
    locale: index % 5 < 2 ? 'fr-FR' : 'en-GB',
    tags: [...(index % 10 === 3 ? ['vip'] : []), ...(index % 50 === 7 ? ['muted'] : [])],
    firstName: name,
    attributes: { plan: index % 4 === 0 ? 'pro' : 'free', age: 18 + (index % 60) },
    death: isDead(index) ? deathOf(device.provider, index) : null,
    ...(cast[index] && deviceOf(0)),
    ...member,
  };
  return { ...base, token: tokenOf(base) };
}

/** All of them, one by one. */
export function* demoInstallations(): Generator<DemoInstallation> {
  for (let index = 0; index < DEMO_INSTALLATIONS; index += 1) yield demoInstallation(index);
}

function deviceOf(percent: number): Omit<Device, 'share'> {
  let above = 0;
  for (const { share, ...device } of devices) {
    above += share;
    if (percent < above) return device;
  }
  throw new RangeError(`The shares of the devices do not cover ${percent} %`);
}

/** Three in a hundred, other ones in each hundred, so that every kind of device has some. */
function isDead(index: number): boolean {
  return (index + 13 * Math.floor(index / 100)) % 100 >= 97;
}

/** In the ways that providers say it. */
function deathOf(provider: BuiltProvider, index: number): string {
  return index % 3 === 0 ? DEMO_PROVIDERS[provider].malformed : 'invalid';
}

function tokenOf({ id, provider }: Pick<DemoInstallation, 'id' | 'provider'>): string {
  const hex = [0, 1, 2, 3, 4].map((part) => uuid5('demo token', id, String(part)).replaceAll('-', '')).join('');
  return DEMO_PROVIDERS[provider].tokenOf(hex);
}
