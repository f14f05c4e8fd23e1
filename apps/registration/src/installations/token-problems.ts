import { PROVIDERS, type ProviderName } from '#libs/kernel';
import { bundleIdProblem, tokenForm, type TokenProblem, type WebPushToken } from '#libs/registry-http';
import type { z } from 'zod';

/** What is wrong with the token of a body that may have other problems too; nothing where either half cannot be judged. */
function tokenProblems(body: unknown): readonly TokenProblem[] {
  if (typeof body !== 'object' || body === null) return [];
  const { provider, token } = body as { provider?: unknown; token?: unknown };
  if (!isProvider(provider) || !isToken(token)) return [];
  return tokenForm(provider, token).problems ?? [];
}

/** Adds the problems of token and bundle id, which depend on the provider, to those of the other fields, so that one answer names them all. */
export function checkAddress(body: unknown, context: z.RefinementCtx): void {
  for (const { pointer, message } of tokenProblems(body)) {
    context.addIssue({ code: 'custom', path: ['token', ...pointer.split('/').slice(1)], message });
  }
  const { provider, bundleId } = (body ?? {}) as { provider?: unknown; bundleId?: unknown };
  const problem = isProvider(provider) && typeof bundleId === 'string' ? bundleIdProblem(provider, bundleId) : undefined;
  if (problem !== undefined) context.addIssue({ code: 'custom', path: ['bundleId'], message: problem });
}

/** Refinements run even when other fields have problems: what they look at may be anything. */
export const evenWithProblems = { when: () => true };

function isProvider(value: unknown): value is ProviderName {
  return PROVIDERS.some((provider) => provider === value);
}

function isToken(value: unknown): value is string | WebPushToken {
  if (typeof value === 'string') return value !== '';
  if (typeof value !== 'object' || value === null || !('endpoint' in value) || !('keys' in value)) return false;
  const { endpoint, keys } = value;
  if (typeof endpoint !== 'string' || typeof keys !== 'object' || keys === null || !('p256dh' in keys) || !('auth' in keys)) return false;
  return typeof keys.p256dh === 'string' && typeof keys.auth === 'string';
}
