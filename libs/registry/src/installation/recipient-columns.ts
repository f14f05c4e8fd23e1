import { PROVIDERS, PushToken, type ProviderName } from '#libs/kernel';
import { tags as tagsKind, type Attributes } from '../field-kinds.ts';
import { fingerprintIn } from '../token/token.ts';
import { SUBSCRIPTIONS, type Subscription } from '../user/user.ts';
import { ENVIRONMENTS, PLATFORMS, type Environment, type Installation, type Platform } from './installation.ts';

/**
 * What sending to an installation needs to know of it: read for every message, so no more than that. `subscription` and, where they are asked for, `userId`,
 * `externalId`, `userTags` and `userAttributes` are the user's own, merges followed; the installation's copies where the user's document is not there.
 */
export type RecipientInstallation = Pick<
  Installation,
  | 'id' | 'userId' | 'externalId' | 'ownerEpoch' | 'subscription' | 'userTags' | 'userAttributes' | 'platform' | 'provider' | 'environment'
  | 'bundleId' | 'token' | 'tokenFingerprint' | 'tokenConfirmedAt' | 'tokenImported' | 'notificationsEnabled' | 'locale' | 'attributes' | 'mutedChannels'
> & {
  /** Its provider drops what is sent, since `droppedSince`. */
  readonly isDropped: boolean;
}; // prettier-ignore

/** What texts may speak of beyond what sending needs; null, or empty, where nobody asks for it. */
export const RECIPIENT_EXTRAS = ['attributes', 'userId', 'externalId', 'userTags', 'userAttributes', 'mutedChannels'] as const;
export type RecipientExtra = (typeof RECIPIENT_EXTRAS)[number];

export interface RecipientQuery {
  readonly app: string;
  /** At most 1,000; fastest in the order of their keys. */
  readonly ids: readonly string[];
  readonly extras: ReadonlySet<RecipientExtra>;
  /**
   * The ids stand in the order of their keys, and are nearly all that this provider has between the first and the last: what there is may be read as one
   * range. Absent: nothing is known of them.
   */
  readonly allOf?: ProviderName;
}

/** As a store has it: the value, or the text of a column; null and absent are as empty. */
type Raw<T> = T | string | null;

/** What a store says of one recipient. Words are told by their places in their lists. */
export interface RecipientValues {
  readonly ownerEpoch: number;
  readonly subscription: number;
  readonly platform: number;
  readonly provider: number;
  readonly environment: number;
  readonly bundleId: string | null;
  readonly token: string | null;
  /** Whatever ends with the fingerprint, behind a colon. */
  readonly tokenKey: string | null;
  readonly tokenConfirmedAt: number | null;
  readonly tokenImported: boolean;
  readonly notificationsEnabled: boolean;
  readonly isDropped: boolean;
  readonly locale: string | null;
}

/** What texts may name besides; absent where nobody asks for it. */
export interface RecipientRest {
  readonly userId?: string;
  readonly attributes?: Raw<Attributes>;
  readonly externalId?: string | null;
  readonly userTags?: Raw<readonly string[]>;
  readonly userAttributes?: Raw<Attributes>;
  readonly mutedChannels?: Raw<readonly string[]>;
}

const bit = { there: 1, enabled: 2, imported: 4, dropped: 8 } as const;
const nothing: RecipientRest = Object.freeze({});
const noTexts: readonly string[] = Object.freeze([]);
const noAttributes: Attributes = Object.freeze({});

/** Recipients of messages, a column a field: thousands are read a second, and an object for each would live just long enough to be dear. */
export class RecipientColumns {
  readonly #bits: Uint8Array;
  readonly #words: Uint32Array;
  readonly #ownerEpochs: Float64Array;
  readonly #confirmedAt: Float64Array;
  readonly #tokens: (string | null)[];
  readonly #tokenKeys: (string | null)[];
  readonly #bundleIds: (string | null)[];
  readonly #locales: (string | null)[];
  readonly #rests: RecipientRest[];

  /** Nobody is there yet. */
  constructor(readonly ids: readonly string[]) {
    this.#bits = new Uint8Array(ids.length);
    this.#words = new Uint32Array(ids.length);
    this.#ownerEpochs = new Float64Array(ids.length);
    this.#confirmedAt = new Float64Array(ids.length);
    this.#tokens = new Array<string | null>(ids.length);
    this.#tokenKeys = new Array<string | null>(ids.length);
    this.#bundleIds = new Array<string | null>(ids.length);
    this.#locales = new Array<string | null>(ids.length);
    this.#rests = new Array<RecipientRest>(ids.length);
  }

  /** Of recipients that are read already. */
  static of(ids: readonly string[], recipients: readonly (RecipientInstallation | undefined)[]): RecipientColumns {
    const columns = new RecipientColumns(ids);
    for (const [place, recipient] of recipients.entries()) {
      if (!recipient) continue;
      const { subscription, platform, provider, environment, token, tokenFingerprint, ...rest } = recipient;
      columns.put(
        place,
        {
          ...rest,
          subscription: SUBSCRIPTIONS.indexOf(subscription),
          platform: PLATFORMS.indexOf(platform),
          provider: PROVIDERS.indexOf(provider),
          environment: ENVIRONMENTS.indexOf(environment),
          token: token?.reveal() ?? null,
          tokenKey: tokenFingerprint,
        },
        rest,
      );
    }
    return columns;
  }

  get length(): number {
    return this.ids.length;
  }

  put(place: number, values: RecipientValues, rest: RecipientRest = nothing): void {
    const { notificationsEnabled, tokenImported, isDropped } = values;
    this.#bits[place] =
      bit.there | (notificationsEnabled ? bit.enabled : 0) | (tokenImported ? bit.imported : 0) | (isDropped ? bit.dropped : 0);
    this.#words[place] = values.subscription | (values.platform << 8) | (values.provider << 16) | (values.environment << 24);
    this.#ownerEpochs[place] = values.ownerEpoch;
    this.#confirmedAt[place] = values.tokenConfirmedAt ?? Number.NaN;
    this.#tokens[place] = values.token;
    this.#tokenKeys[place] = values.tokenKey;
    this.#bundleIds[place] = values.bundleId;
    this.#locales[place] = values.locale;
    this.#rests[place] = rest;
  }

  /** Puts the word of an owner in the place of what is there. */
  say(place: number, subscription: number, rest: RecipientRest): void {
    this.#words[place] = ((this.#words[place] ?? 0) & ~0xff) | subscription;
    this.#rests[place] = { ...this.#rests[place], ...rest };
  }

  /** False: unknown, or a tombstone. */
  isThere(place: number): boolean {
    return this.#bits[place] !== 0;
  }

  hasToken(place: number): boolean {
    return typeof this.#tokens[place] === 'string';
  }

  notificationsEnabled(place: number): boolean {
    return ((this.#bits[place] ?? 0) & bit.enabled) !== 0;
  }

  tokenImported(place: number): boolean {
    return ((this.#bits[place] ?? 0) & bit.imported) !== 0;
  }

  isDropped(place: number): boolean {
    return ((this.#bits[place] ?? 0) & bit.dropped) !== 0;
  }

  ownerEpoch(place: number): number {
    return this.#ownerEpochs[place] ?? 0;
  }

  subscription(place: number): Subscription {
    return SUBSCRIPTIONS[(this.#words[place] ?? 0) & 0xff] ?? 'unsubscribed';
  }

  platform(place: number): Platform {
    return PLATFORMS[((this.#words[place] ?? 0) >>> 8) & 0xff] ?? 'ios';
  }

  provider(place: number): ProviderName {
    return PROVIDERS[((this.#words[place] ?? 0) >>> 16) & 0xff] ?? 'apns';
  }

  environment(place: number): Environment {
    return ENVIRONMENTS[(this.#words[place] ?? 0) >>> 24] ?? 'production';
  }

  bundleId(place: number): string | null {
    return this.#bundleIds[place] ?? null;
  }

  locale(place: number): string | null {
    return this.#locales[place] ?? null;
  }

  /** The token itself; for storage and provider adapters only. */
  revealed(place: number): string {
    return this.#tokens[place] ?? '';
  }

  tokenFingerprint(place: number): string | null {
    const key = this.#tokenKeys[place];
    return typeof key === 'string' ? fingerprintIn(key) : null;
  }

  /** ms; null: nobody knows. */
  tokenConfirmedAt(place: number): number | null {
    const at = this.#confirmedAt[place] ?? Number.NaN;
    return Number.isNaN(at) ? null : at;
  }

  attributes(place: number): Attributes {
    return parsed(this.#rests[place]?.attributes, noAttributes);
  }

  userId(place: number): string {
    return this.#rests[place]?.userId ?? '';
  }

  externalId(place: number): string | null {
    return this.#rests[place]?.externalId ?? null;
  }

  userAttributes(place: number): Attributes {
    return parsed(this.#rests[place]?.userAttributes, noAttributes);
  }

  userTags(place: number): readonly string[] {
    const tags = this.#rests[place]?.userTags;
    return typeof tags === 'string' && !tags.startsWith('[') ? tagsKind.fromColumn(tags) : parsed(tags, noTexts);
  }

  mutedChannels(place: number): readonly string[] {
    return parsed(this.#rests[place]?.mutedChannels, noTexts);
  }

  /** All of it as an object; undefined where nobody is there. */
  at(place: number): RecipientInstallation | undefined {
    if (!this.isThere(place)) return undefined;
    const token = this.#tokens[place] ?? null;
    return {
      id: this.ids[place] ?? '',
      userId: this.userId(place),
      externalId: this.externalId(place),
      ownerEpoch: this.ownerEpoch(place),
      subscription: this.subscription(place),
      userTags: this.userTags(place),
      userAttributes: this.userAttributes(place),
      platform: this.platform(place),
      provider: this.provider(place),
      environment: this.environment(place),
      bundleId: this.bundleId(place),
      token: token === null ? null : new PushToken(token),
      tokenFingerprint: this.tokenFingerprint(place),
      tokenConfirmedAt: this.tokenConfirmedAt(place),
      tokenImported: this.tokenImported(place),
      notificationsEnabled: this.notificationsEnabled(place),
      isDropped: this.isDropped(place),
      locale: this.locale(place),
      attributes: this.attributes(place),
      mutedChannels: this.mutedChannels(place),
    };
  }
}

function parsed<T>(raw: Raw<T> | undefined, empty: T): T {
  if (raw === undefined || raw === null || raw === '{}') return empty;
  return typeof raw === 'string' ? (JSON.parse(raw) as T) : raw;
}
