import type { FastifyRequest } from 'fastify';
import { TooManyRequests } from '../errors/http-errors.ts';
import type { RateLimiter } from './rate-limiter.ts';

export interface SdkLimitOptions {
  /** Calls a second of one installation; default 20. */
  readonly perInstallation: number;
  /** Calls a second from one address; default 200: many phones stand behind one. */
  readonly perAddress: number;
}

export const defaultSdkLimits: SdkLimitOptions = { perInstallation: 20, perAddress: 200 };

/** An sdk key is public, so its calls are limited by who makes them. */
export class SdkLimits {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly options: SdkLimitOptions,
  ) {}

  /** Throws TooManyRequests. */
  async take(request: FastifyRequest): Promise<void> {
    const { perAddress, perInstallation } = this.options;
    await this.#take(`address:${request.ip}`, perAddress);
    const installation = installationOf(request);
    if (installation !== undefined) await this.#take(`installation:${installation}`, perInstallation);
  }

  async #take(name: string, perSecond: number): Promise<void> {
    const afterMs = await this.limiter.take(name, { perSecond, burst: perSecond });
    if (afterMs > 0) throw new TooManyRequests(afterMs);
  }
}

/** `app:id` of the installation in the path, whatever the route calls its parameter. */
function installationOf(request: FastifyRequest): string | undefined {
  const name = /\/installations\/:(\w+)/.exec(request.routeOptions.url ?? '')?.[1];
  if (name === undefined) return undefined;
  const params = request.params as Record<string, string | undefined>;
  return `${params['app'] ?? ''}:${params[name] ?? ''}`;
}
