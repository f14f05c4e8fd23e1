import type { z } from 'zod';
import type { JsonObject } from '../devices/delivery.ts';
import type { Arrival } from '../devices/inbox.ts';

/** What is particular to a simulated provider and needs no open port (ADR 30). */
export interface ProviderTraits<Kept extends object = object, Asked extends object = object, Known extends object = object> {
  readonly accounts: AccountKind<Kept, Asked, Known>;
  readonly phones: PhoneRules;
  /** Whether the fault `answer:<name>` exists. */
  hasAnswer(name: string): boolean;
}

/** Accounts that a provider accepts. */
export interface AccountKind<Kept extends object, Asked extends object, Known extends object> {
  /** The one that every simulator knows, private halves and all, as its file holds it. */
  readonly kept: z.ZodType<Kept>;
  readonly make: () => Promise<Kept>;
  /** A further one, as `PUT /accounts` takes it. */
  readonly asked: z.ZodType<Asked>;
  askedOf(kept: Kept): Asked;
  /** By the id that requests name it with. Throws for a key that is none. */
  known(asked: Asked): readonly [id: string, account: Known];
}

/** How phones with tokens of a provider behave. */
export interface PhoneRules {
  /** What `POST /devices` makes of it; where several providers name a platform, the first in their list has it unless the caller says. */
  readonly platforms: readonly string[];
  /** A new token, in the form of the provider's own: as the platform takes it, and the text that the simulator knows the phone by. */
  newToken(): { readonly token: unknown; readonly text: string };
  /** The same token always has the same key; absent: the token itself. */
  tokenKey?(token: string): string;
  /** What the phone shows of a delivered payload. `platform` is unknown for a bare token. */
  contentOf(payload: JsonObject, platform: string | undefined): Content;
  /** What the provider keeps for a phone that is off after one more message came that may be kept. */
  keep(waiting: readonly WaitingMessage[], next: WaitingMessage): readonly WaitingMessage[];
}

export interface Content {
  readonly title: string | null;
  readonly body: string | null;
  readonly data: Record<string, string>;
  /** The platform's own part, parsed. */
  readonly carillon: unknown;
}

export interface WaitingMessage {
  readonly arrival: Arrival;
  readonly expiresAt: number;
  readonly id?: string | undefined;
}
