import type { Clock, ProviderName } from '#libs/kernel';
import { z } from 'zod';
import { ProviderEndpoints, type SimulatedProvider } from '../providers/provider-endpoints.ts';

const endpoint = z.object({ host: z.string(), port: z.int(), ca: z.string() });
const listeners = z.record(
  z.string(),
  z.looseObject({ ...endpoint.shape, sandbox: endpoint.exactOptional(), tokenUrl: z.url().exactOptional() }),
);
const credentials = z.record(z.string(), z.record(z.string(), z.unknown()));

type Simulated = ReadonlyMap<string, SimulatedProvider>;

const deadlineMs = 3_000;
const keptMs = 30_000;
const maxAnswer = 262_144;

/** Learns from the simulators' control interface where they listen and which accounts they know; asks again now and then, as they may be restarted. */
export class HttpProviderEndpoints extends ProviderEndpoints {
  #kept: { readonly simulated: Promise<Simulated>; readonly until: number } | undefined;

  /** `url`: of the control interface, without a slash at the end. */
  constructor(
    private readonly url: string,
    private readonly clock: Clock,
  ) {
    super();
  }

  async simulated(provider: ProviderName): Promise<SimulatedProvider | undefined> {
    const now = this.clock.now();
    if (!this.#kept || this.#kept.until <= now) this.#kept = { simulated: this.#ask(), until: now + keptMs };
    const asked = this.#kept;
    try {
      return (await asked.simulated).get(provider);
    } catch {
      if (this.#kept === asked) this.#kept = undefined; // not known yet, or not running: the next batch asks again
      return undefined;
    }
  }

  async #ask(): Promise<Simulated> {
    const [known, fields] = await Promise.all([this.#get('/listeners', listeners), this.#get('/credentials', credentials)]);
    const simulated = Object.entries(known).flatMap(([provider, { host, port, ca, sandbox, tokenUrl, ...details }]) => {
      const account = fields[provider];
      const optional = { ...(sandbox && { sandbox }), ...(tokenUrl !== undefined && { tokenUrl }) };
      return account ? [[provider, { host, port, ca, ...optional, details, account }] as const] : [];
    });
    return new Map(simulated);
  }

  async #get<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>> {
    const response = await fetch(`${this.url}${path}`, { signal: AbortSignal.timeout(deadlineMs), redirect: 'error' });
    const text = await response.text();
    if (!response.ok || text.length > maxAnswer) throw new Error(`the simulators answered ${response.status} for ${path}`);
    return schema.parse(JSON.parse(text));
  }
}
