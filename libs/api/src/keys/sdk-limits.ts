import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { TooManyRequests } from '../errors/http-errors.ts';
import { callOf } from '../request/call.ts';
import { networkOf } from '../request/caller-address.ts';
import type { RateLimiter } from './rate-limiter.ts';

export interface SdkLimitOptions {
  /** Calls a second of one installation; default 20. */
  readonly perInstallation: number;
  /** Calls a second to one app from one address; default 200: many phones stand behind one. */
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
  async take(request: FastifyRequest, app: string): Promise<void> {
    const { perAddress, perInstallation } = this.options;
    const address = networkOf(callOf(request.raw)?.address ?? request.ip);
    await this.#take(`address:${app}:${address}`, perAddress);
    const installation = installationOf(request);
    if (installation !== undefined) await this.#take(`installation:${app}:${installation}:${callerOf(request, address)}`, perInstallation);
  }

  async #take(name: string, perSecond: number): Promise<void> {
    const afterMs = await this.limiter.take(name, { perSecond, burst: perSecond });
    if (afterMs > 0) throw new TooManyRequests(afterMs);
  }
}

/** The id of the installation in the path, whatever the route calls its parameter. */
function installationOf(request: FastifyRequest): string | undefined {
  const name = /\/installations\/:(\w+)/.exec(request.routeOptions.url ?? '')?.[1];
  return name === undefined ? undefined : ((request.params as Record<string, string | undefined>)[name] ?? '');
}

/**
 * Tells those who call for one installation apart, so that nobody uses up the calls of another: who shows a secret is counted by it, right or wrong
 * (the phone itself has the only right one), who shows none by his address.
 */
function callerOf({ headers }: FastifyRequest, address: string): string {
  const secret = headers['x-installation-secret'];
  return secret === undefined ? address : createHash('sha256').update(String(secret)).digest('base64url').slice(0, 22);
}
