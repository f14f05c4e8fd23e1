import { isObject, objectOf, type JsonObject } from '../devices/delivery.ts';
import type { Behaviour } from '../faults/behaviour.ts';
import type { TokenOwners } from '../ledger/token-owners.ts';
import type { AccessTokens } from './access-tokens.ts';
import { payloadInvalidArgument, permissionDenied, quotaExceeded, senderIdMismatch, unauthenticated, type FcmError } from './errors.ts';
import { errorOf } from './fault-answers.ts';
import { addressOf, collapseKeyOf, messageProblem } from './message-rules.ts';
import { fieldOf, shapeViolations } from './message-shape.ts';
import type { Quota } from './quota.ts';

/** A body that passed everything that can be said without the token. */
export interface SendRequest {
  readonly message: JsonObject;
  readonly address: string | undefined;
  readonly validateOnly: boolean;
}

/** Whether the caller may send for the project of the path. */
export function callerProblem(
  authorization: string | undefined,
  project: string,
  tokens: AccessTokens,
  quota: Quota,
): FcmError | undefined {
  const bearer = /^bearer (.+)$/i.exec(authorization ?? '')?.[1];
  const granted = bearer === undefined ? undefined : tokens.findProject(bearer);
  if (granted === undefined) return unauthenticated(bearer === undefined ? 'CREDENTIALS_MISSING' : 'ACCESS_TOKEN_EXPIRED');
  if (granted !== project) return permissionDenied(project.slice(0, 100));
  const wait = quota.takeForProject(project);
  return wait === undefined ? undefined : quotaExceeded('project', wait);
}

/** The message, or the first layer's complaint: JSON, then types and names, then FCM's own rules. */
export function readSend(body: Buffer): SendRequest | FcmError {
  const parsed = parse(body);
  if (!isObject(parsed)) return payloadInvalidArgument([{ description: 'Invalid JSON payload received. Expected an object.' }], 'json');
  const violations = shapeViolations(parsed);
  if (violations.length > 0) return payloadInvalidArgument(violations, 'json');
  const message = objectOf(parsed['message']);
  return messageProblem(message) ?? { message, address: addressOf(message), validateOnly: fieldOf(parsed, 'validate_only') === true };
}

/** What FCM says about the token itself. */
export function tokenProblem(
  address: string,
  project: string,
  message: JsonObject,
  behaviour: Behaviour,
  { owners, quota }: { readonly owners: TokenOwners; readonly quota: Quota },
): FcmError | undefined {
  const fault = errorOf(behaviour);
  if (fault) return fault;
  if (owners.claim('fcm', address, project) !== project) return senderIdMismatch();
  const wait = (collapseKeyOf(message) === null ? undefined : quota.takeCollapsible(address)) ?? quota.takeForDevice(address);
  return wait === undefined ? undefined : quotaExceeded('device', wait);
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
