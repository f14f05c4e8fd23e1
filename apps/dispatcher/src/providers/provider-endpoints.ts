import type { ProviderName } from '#libs/kernel';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** PEM; undefined: the system's authorities. */
  readonly ca: string | undefined;
}

/** A simulator of one provider, with the account it knows. */
export interface SimulatedProvider extends Endpoint {
  /** APNs only; undefined: both environments at one address. */
  readonly sandbox?: Endpoint;
  /** Where access tokens are had, of providers that have it elsewhere. */
  readonly tokenUrl?: string;
  /** What else the simulator says of itself, for its provider to read. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Fields of a credential that the simulator accepts. */
  readonly account: Readonly<Record<string, unknown>>;
}

/** Where simulated credentials lead. */
export abstract class ProviderEndpoints {
  /** Undefined when no simulator of this provider runs, or its address is not known yet. */
  abstract simulated(provider: ProviderName): Promise<SimulatedProvider | undefined>;
}
