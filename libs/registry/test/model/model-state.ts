import type { Permission } from '../../src/installation/installation.ts';
import type { Subscription } from '../../src/user/user.ts';
import type { Provider } from './step.ts';

export const DEVICES = ['d1', 'd2', 'd3', 'd4'] as const;
export const USERS = ['charlie', 'kim', 'alex', 'robin', 'sam'] as const;
export const ALIASES = ['a1', 'a2'] as const;
export const TOKENS = ['t1', 't2', 't3'] as const;
export const ALL_TOKENS = ['fcm', 'hms'].flatMap((provider) => TOKENS.map((token) => `${provider}-${token}`));

export interface ModelUser {
  externalId: string | null;
  subscription: Subscription;
  tags: string[];
}

export interface ModelDevice {
  /** Number of its user in `users`. */
  user: number;
  verified: boolean;
  epoch: number;
  provider: Provider;
  token: string | null;
  /** It had shown a token that its holder had not let go when something else ended that. */
  isClaiming: boolean;
  /** The earliest that the last confirmation may be stored with; the suite puts the stored instant in its place. */
  confirmedAt: number;
  isConfirmedNow: boolean;
  imported: boolean;
  suspect: string | null;
  lostReason: string | null;
  permission: Permission;
  enabled: boolean;
  tags: string[];
  firstSeenAt: number;
  seenAt: number;
  sessionAt: number;
}

/** All there is to know, as plain data: no revision, no claim, no retry, no second copy of anything. */
export interface ModelState {
  readonly users: Map<number, ModelUser>;
  readonly devices: Map<string, ModelDevice>;
  /** The owner epoch of deleted devices; gone with their tombstones. */
  readonly graves: Map<string, { readonly epoch: number; readonly deletedAt: number }>;
  /** `device token` → when last confirmed; outlives the token. */
  readonly confirmations: Map<string, number>;
  /** Whose they are, by number. */
  readonly aliases: Map<string, number>;
  nextUser: number;
}

export function emptyState(): ModelState {
  return { users: new Map(), devices: new Map(), graves: new Map(), confirmations: new Map(), aliases: new Map(), nextUser: 1 };
}

export function userOf({ users }: ModelState, externalId: string): number | undefined {
  return [...users].find(([, user]) => user.externalId === externalId)?.[0];
}

export function devicesOf({ devices }: ModelState, user: number): string[] {
  return [...devices].filter(([, device]) => device.user === user).map(([id]) => id);
}

/** The device that has the token; whoever takes a token takes it from this one. */
export function holderOf({ devices }: ModelState, token: string): string | undefined {
  return [...devices].find(([, device]) => device.token === token)?.[0];
}
