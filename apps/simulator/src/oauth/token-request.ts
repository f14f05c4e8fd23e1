import { fieldOf } from '#libs/http2';

/** What follows `Bearer` in an `authorization` header. */
export function bearerOf(fields: readonly string[]): string | undefined {
  return /^bearer (\S+)$/i.exec(fieldOf(fields, 'authorization') ?? '')?.[1];
}

/** A client that shows its id and secret (RFC 6749 section 4.4). */
export interface TokenRequest {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
}

/** Reads the form of a client credentials exchange, or says what is wrong with it in OAuth's words. */
export function tokenRequestOf(
  fields: readonly string[],
  body: Buffer,
): TokenRequest | { readonly error: 'invalid_request' | 'unsupported_grant_type'; readonly description: string } {
  const type = fieldOf(fields, 'content-type') ?? '';
  if (!type.startsWith('application/x-www-form-urlencoded')) return { error: 'invalid_request', description: 'The body must be a form' };
  const form = new URLSearchParams(body.toString('utf8'));
  const grantType = form.get('grant_type');
  if (grantType !== 'client_credentials')
    return { error: 'unsupported_grant_type', description: `The grant type ${grantType?.slice(0, 100) ?? ''} is not supported` };
  const [clientId, clientSecret] = [form.get('client_id'), form.get('client_secret')];
  if (clientId === null || clientSecret === null)
    return { error: 'invalid_request', description: 'client_id and client_secret are required' };
  return { clientId, clientSecret, scope: form.get('scope') ?? '' };
}
