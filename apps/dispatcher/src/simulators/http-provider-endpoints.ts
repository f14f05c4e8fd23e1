import type { Clock, ProviderName } from '#libs/kernel';
import { z } from 'zod';
import { ProviderEndpoints, type SimulatedProvider } from '../providers/provider-endpoints.ts';

const address = z.object({ host: z.string(), port: z.int() });
const listeners = z.object({
  apns: address.extend({ ca: z.string(), sandbox: address }),
  fcm: address.extend({ ca: z.string(), tokenUrl: z.url() }),
});
const accounts = z.object({
  apns: z.object({ teamId: z.string(), keyId: z.string(), privateKey: z.string() }),
  fcm: z.object({ project_id: z.string(), client_email: z.string(), private_key: z.string(), private_key_id: z.string() }),
});

type Simulated = ReadonlyMap<ProviderName, SimulatedProvider>;

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
    const [{ apns, fcm }, known] = await Promise.all([this.#get('/listeners', listeners), this.#get('/accounts', accounts)]);
    const { teamId, keyId, privateKey } = known.apns;
    const { project_id, client_email, private_key, private_key_id } = known.fcm;
    const serviceAccount = { project_id, client_email, private_key, private_key_id, token_uri: fcm.tokenUrl };
    return new Map<ProviderName, SimulatedProvider>([
      ['apns', { ...apns, sandbox: { ...apns.sandbox, ca: apns.ca }, account: { teamId, keyId, privateKey } }],
      ['fcm', { ...fcm, account: { serviceAccount } }],
    ]);
  }

  async #get<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>> {
    const response = await fetch(`${this.url}${path}`, { signal: AbortSignal.timeout(deadlineMs), redirect: 'error' });
    const text = await response.text();
    if (!response.ok || text.length > maxAnswer) throw new Error(`the simulators answered ${response.status} for ${path}`);
    return schema.parse(JSON.parse(text));
  }
}
