import type { SimulatedProvider } from './simulated-provider.ts';
import type { SIMULATORS } from './simulators.ts';

/** Where a client reaches the simulated providers. `ca` is PEM: what to trust. */
export type Listeners = { readonly [P in SimulatedProvider]: Awaited<ReturnType<(typeof SIMULATORS)[P]['open']>>['listener'] };
