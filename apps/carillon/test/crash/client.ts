import type { Shop } from '../support/shop.ts';

/**
 * What a caller knows of one call: an answer; that it never began, because nobody listened; or nothing at all, because the connection
 * broke, the server said that it could not, or the answer was lost.
 */
export type Reply<T> =
  { readonly kind: 'answered'; readonly status: number; readonly body: T } | { readonly kind: 'refused' } | { readonly kind: 'unknown' };

/** Calls the API as an app's backend would, and tells what is known from what is not. */
export class Client {
  constructor(private readonly shop: Shop) {}

  get app(): string {
    return this.shop.app;
  }

  async call<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply<T>> {
    try {
      const { status, body: answer } = await this.shop.call<T>(method, path, body, headers);
      return status >= 500 ? { kind: 'unknown' } : { kind: 'answered', status, body: answer };
    } catch (error) {
      const { cause } = error as { cause?: { code?: string } };
      return { kind: cause?.code === 'ECONNREFUSED' ? 'refused' : 'unknown' };
    }
  }

  /** For calls that must succeed while the platform is up. Throws on every other answer. */
  async must<T = Record<string, unknown>>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
    const { status, body: answer } = await this.shop.call<T>(method, path, body, headers);
    if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${JSON.stringify(answer)}`);
    return answer;
  }

  /** As an internal service that sends CloudEvents over HTTP. */
  async event(id: string, data: object): Promise<Reply<readonly { readonly status: string }[]>> {
    try {
      const { status, body } = await this.shop.platform.call<readonly { status: string }[]>(
        'POST',
        '/v1/events',
        { specversion: '1.0', id, source: EVENT_SOURCE, type: 'send.requested.v1', data: { app: this.app, ...data } },
        { key: this.shop.key, headers: { 'content-type': 'application/cloudevents+json' } },
      );
      return status >= 500 ? { kind: 'unknown' } : { kind: 'answered', status, body };
    } catch (error) {
      const { cause } = error as { cause?: { code?: string } };
      return { kind: cause?.code === 'ECONNREFUSED' ? 'refused' : 'unknown' };
    }
  }
}

/** The CloudEvents `source` of the service that asks for sends. */
export const EVENT_SOURCE = 'crash-suite';
