import type { z } from 'zod';
import type { SimulatedWorld } from './simulated-world.ts';
import type { ServerIdentity } from './tls/test-authority.ts';

/** Where a client reaches a simulated provider. */
export interface Listener {
  readonly host: string;
  readonly port: number;
  /** PEM: what to trust. */
  readonly ca: string;
}

/** A port that was opened. */
interface OpenPort {
  readonly port: number;
  close(): Promise<void>;
}

/** What a simulator is opened on. */
export interface SimulatorGround {
  readonly world: SimulatedWorld;
  readonly identity: ServerIdentity;
  /** Address to listen on. */
  readonly host: string;
  /** Name or address by which clients come. */
  readonly reachable: string;
  /** Every port goes through here, so that it is closed at the end, or when another one cannot be opened. */
  readonly keep: <T extends OpenPort>(opening: Promise<T>) => Promise<T>;
}

export interface OpenedSimulator<L extends Listener = Listener> {
  /** As `GET /listeners` tells it: host, port, CA, and what else a client of this provider has to know. */
  readonly listener: L;
  /** Fields of a credential that it accepts, as the platform's `PUT …/credentials` takes them. */
  readonly credential: Readonly<Record<string, unknown>>;
}

/** The wire side of a simulated provider (ADR 30). */
export interface ProviderSimulator<S extends z.ZodRawShape = z.ZodRawShape, L extends Listener = Listener> {
  /** Of the simulators' environment; names begin with SIMULATOR_ and the provider's. */
  readonly settings: z.ZodObject<S>;
  /** Throws PortTaken. */
  open(settings: z.output<z.ZodObject<S>>, ground: SimulatorGround): Promise<OpenedSimulator<L>>;
  /** Names and addresses, for who starts the simulators by hand. */
  lines(listener: L): readonly (readonly [name: string, address: string])[];
}

/** Keeps the types of its parts. */
export function defineSimulator<S extends z.ZodRawShape, L extends Listener>(simulator: ProviderSimulator<S, L>): ProviderSimulator<S, L> {
  return simulator;
}
