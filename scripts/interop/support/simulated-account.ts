import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InteropContext } from '../step.ts';

/** Of APNs; PEM. */
export interface SimulatedKey {
  readonly teamId: string;
  readonly keyId: string;
  readonly privateKey: string;
}

interface SimulatedAccounts {
  readonly apns: SimulatedKey;
  /** As in Google's key file. */
  readonly fcm: Readonly<Record<'project_id' | 'private_key' | 'private_key_id' | 'client_email', string>>;
}

interface SimulatedListeners {
  readonly webpush: { readonly host: string; readonly port: number; readonly ca: string };
  readonly apns: { readonly host: string; readonly port: number; readonly ca: string };
  readonly fcm: { readonly host: string; readonly port: number; readonly ca: string; readonly tokenUrl: string };
}

/** What the control port tells and takes. Each throws where the answer is no success. */
export async function accountsOf({ platform }: InteropContext): Promise<SimulatedAccounts> {
  return (await control(platform.control, 'GET', '/accounts')) as SimulatedAccounts;
}

export async function listenersOf({ platform }: InteropContext): Promise<SimulatedListeners> {
  return (await control(platform.control, 'GET', '/listeners')) as SimulatedListeners;
}

export async function putFault({ platform }: InteropContext, fault: object): Promise<void> {
  await control(platform.control, 'PUT', '/faults', fault);
}

/** Any other call to the control port. */
export function controlCall({ platform }: InteropContext, method: string, path: string, body?: object): Promise<unknown> {
  return control(platform.control, method, path, body);
}

/** A call to the platform, as its admin. Throws where the answer is no success. */
export function callPlatform(
  { platform: { url, adminKey } }: InteropContext,
  method: string,
  path: string,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  return control(url, method, path, body, { authorization: `Bearer ${adminKey}`, ...headers });
}

/** The test CA as a file in the step's folder. */
export function caFile({ folder }: InteropContext, ca: string): string {
  const file = join(folder, 'ca.pem');
  writeFileSync(file, ca);
  return file;
}

/** Keys that no simulator knows, PEM. */
export const strangersKeys = {
  ec: (): string => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
  rsa: (): string => generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
};

export const newToken = {
  apns: (): string => randomBytes(32).toString('hex'),
  fcm: (): string => `${randomBytes(16).toString('base64url')}:APA91b${randomBytes(100).toString('base64url')}`,
};

async function control(
  url: string,
  method: string,
  path: string,
  body?: object,
  more: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const response = await fetch(url + path, {
    method,
    headers: { ...(body && { 'content-type': 'application/json' }), ...more },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
