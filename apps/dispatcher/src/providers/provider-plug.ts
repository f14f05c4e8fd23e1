import type { ErrandKind, Errands } from '#libs/access';
import type { BuiltProvider, Clock } from '#libs/kernel';
import type { InstallationRepository } from '#libs/registry';
import { whole } from '#libs/service';
import { type z } from 'zod';
import { OnceThroughLibrary, type LibraryClient, type LibraryTransport } from '../transport/library-transport.ts';
import type { Destination, Transport } from '../transport/transport.ts';
import type { CredentialSource } from './credential-source.ts';
import type { ProviderEndpoints } from './provider-endpoints.ts';
import type { ProviderAccount, ProviderProtocol } from './provider-protocol.ts';
import { ProviderWay } from './provider-way.ts';
import type { PushProvider } from './push-provider.ts';
import type { SharedTokens } from './shared-tokens.ts';
import { TransportPushProvider } from './transport-push-provider.ts';

/** What every provider sends over. */
export interface SendingGround {
  readonly transport: Transport;
  /** Given where providers that have a library are spoken to through it. */
  readonly libraries?: LibraryTransport | undefined;
  readonly credentials: CredentialSource;
  readonly endpoints: ProviderEndpoints;
  readonly tokens: SharedTokens;
  readonly clock: Clock;
}

/** All that the dispatcher knows of one provider (ADR 30). */
export interface ProviderPlug {
  readonly name: BuiltProvider;
  /** Of the dispatcher's environment; names begin with the provider's. */
  readonly settings: z.ZodObject;
  readonly retryBase: RetryBase;
  readonly flow: ProviderFlow;
  readonly doctor: Doctor;
  /** `settings`: the dispatcher's, which hold this provider's own. */
  readonly open: (settings: Readonly<Record<string, unknown>>, ground: SendingGround) => PushProvider;
  /** What else it can be asked for (`ErrandDesk`). */
  readonly errands: (settings: Readonly<Record<string, unknown>>, ground: ErrandGround) => readonly ProviderErrand[];
}

/** What errands need beside. */
export interface ErrandGround extends SendingGround {
  readonly installations: InstallationRepository;
}

/** What a provider is asked for beside messages. `execute` never rejects. */
export interface ProviderErrand<K extends ErrandKind = ErrandKind> {
  readonly kind: K;
  execute(errand: Errands[K]['asks']): Promise<Errands[K]['answer']>;
}

/** What a refusal of a credential means, by the word of the provider; words of all providers are known beside (`checks/doctor.ts`). */
export type Doctor = Readonly<Record<string, Advice>>;

export interface Advice {
  /** What is wrong, in plain words. */
  readonly message: string;
  /** What to do. */
  readonly remedy: string;
}

/** What a provider's documentation asks of whoever sends much. Nothing unless said. */
export interface ProviderFlow {
  /** It is left alone for the first wait of throttled messages where it says that all of a credential's are too many and names no time. */
  readonly restsWhenThrottled?: boolean;
  /** Bulk that it throttled keeps away from the minutes in which everybody's jobs begin. */
  readonly avoidsQuarterHours?: boolean;
  /** No message is tried any more after so long of waits that nobody named, ms. */
  readonly retriesWithinMs?: number;
}

/** The first wait after a fault of a provider itself. */
interface RetryBase {
  readonly setting: `RETRY_BASE_${Uppercase<BuiltProvider>}`;
  readonly schema: z.ZodType<number>;
}

interface PlugParts<S extends z.ZodRawShape, A extends ProviderAccount> {
  readonly name: BuiltProvider;
  /** As people write it. */
  readonly label: string;
  readonly settings: z.ZodObject<S>;
  /** Unless the operator says another, ms (providers.md 9). */
  readonly retryBaseMs: number;
  readonly flow?: ProviderFlow;
  readonly doctor: Doctor;
  readonly protocol: (settings: z.output<z.ZodObject<S>>, tokens: SharedTokens, clock: Clock) => ProviderProtocol<A>;
  /** Its maintained library, loaded when it is opened; none unless said. */
  readonly library?: (account: A, destination: Destination) => Promise<LibraryClient>;
  /** Credentials are checked with the library, whatever messages go over. Not so unless said. */
  readonly checksWithLibrary?: boolean;
  /** None unless said. */
  readonly errands?: (settings: z.output<z.ZodObject<S>>, way: ProviderWay<A>, ground: ErrandGround) => readonly ProviderErrand[];
}

export function definePlug<S extends z.ZodRawShape, A extends ProviderAccount>(parts: PlugParts<S, A>): ProviderPlug {
  const { name, label, retryBaseMs, protocol, library, checksWithLibrary, errands } = parts;
  // The dispatcher's settings were read with a schema that holds this one.
  const own = (settings: Readonly<Record<string, unknown>>) => settings as z.output<z.ZodObject<S>>;
  return {
    name,
    settings: parts.settings,
    flow: parts.flow ?? {},
    doctor: parts.doctor,
    retryBase: {
      setting: `RETRY_BASE_${name.toUpperCase() as Uppercase<BuiltProvider>}`,
      schema: whole(1, 3_600_000)
        .default(retryBaseMs)
        .meta({ description: `First wait after a fault of ${label} itself, in milliseconds.` }),
    },
    open: (settings, { transport, libraries, credentials, endpoints, tokens, clock }) => {
      const over = (account: A) => (libraries && library ? libraries.through((to) => library(account, to)) : transport);
      const checkedOver = (account: A) =>
        library && checksWithLibrary === true ? new OnceThroughLibrary((to) => library(account, to)) : over(account);
      return new TransportPushProvider(protocol(own(settings), tokens, clock), transport, credentials, endpoints, clock, over, checkedOver);
    },
    errands: (settings, ground) => {
      const { tokens, clock, credentials, endpoints } = ground;
      return errands?.(own(settings), new ProviderWay(protocol(own(settings), tokens, clock), credentials, endpoints), ground) ?? [];
    },
  };
}
