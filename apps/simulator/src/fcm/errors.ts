/** An answer of FCM in the shape of google.rpc.Status. */
export interface FcmError {
  readonly code: number;
  readonly status: string;
  readonly message: string;
  readonly details: readonly Readonly<Record<string, unknown>>[];
  /** Becomes Retry-After. */
  readonly retryAfterSeconds?: number;
  /** Becomes WWW-Authenticate. */
  readonly authenticate?: string;
  /** What the summary counts it as. */
  readonly reason: string;
}

export interface FieldViolation {
  readonly field?: string;
  readonly description: string;
}

const fcmErrorType = 'type.googleapis.com/google.firebase.fcm.v1.FcmError';
const errorInfoType = 'type.googleapis.com/google.rpc.ErrorInfo';
const badRequestType = 'type.googleapis.com/google.rpc.BadRequest';

/** INVALID_ARGUMENT, the form that means the token: FCM's own code and nothing about a field of the message. */
export function tokenInvalidArgument(): FcmError {
  const message = 'The registration token is not a valid FCM registration token';
  return { code: 400, status: 'INVALID_ARGUMENT', message, details: [fcmDetail('INVALID_ARGUMENT')], reason: 'INVALID_ARGUMENT' };
}

/** INVALID_ARGUMENT, the form that means the message: violations by field, with FCM's own code where FCM and not the JSON layer found them. */
export function payloadInvalidArgument(violations: readonly FieldViolation[], foundBy: 'json' | 'fcm'): FcmError {
  const message = violations[0]?.description ?? 'Request contains an invalid argument.';
  const badRequest = { '@type': badRequestType, fieldViolations: violations };
  const details = foundBy === 'fcm' ? [badRequest, fcmDetail('INVALID_ARGUMENT')] : [badRequest];
  return { code: 400, status: 'INVALID_ARGUMENT', message, details, reason: 'INVALID_ARGUMENT_PAYLOAD' };
}

/** An access token that is unknown or over, or none: clients read ErrorInfo and WWW-Authenticate to know that a new one may help. */
export function unauthenticated(problem: 'ACCESS_TOKEN_EXPIRED' | 'CREDENTIALS_MISSING' = 'ACCESS_TOKEN_EXPIRED'): FcmError {
  const isMissing = problem === 'CREDENTIALS_MISSING';
  const message = `Request ${isMissing ? 'is missing required authentication credential' : 'had invalid authentication credentials'}. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.`;
  const metadata = { service: 'fcm.googleapis.com', method: 'google.firebase.fcm.v1.FcmService.SendMessage' };
  const info = { '@type': errorInfoType, reason: problem, domain: 'googleapis.com', metadata };
  const authenticate = `Bearer realm="https://accounts.google.com/"${isMissing ? '' : ', error="invalid_token"'}`;
  return { code: 401, status: 'UNAUTHENTICATED', message, details: [info], authenticate, reason: 'UNAUTHENTICATED' };
}

export function thirdPartyAuthError(): FcmError {
  const message = 'Request is missing required authentication credential of the third party.';
  return {
    code: 401,
    status: 'UNAUTHENTICATED',
    message,
    details: [fcmDetail('THIRD_PARTY_AUTH_ERROR')],
    reason: 'THIRD_PARTY_AUTH_ERROR',
  };
}

/** The caller may not send for this project, or the project does not exist: Google does not say which. */
export function permissionDenied(project: string): FcmError {
  const metadata = { permission: 'cloudmessaging.messages.create', resource: `projects/${project}` };
  const message = `Permission '${metadata.permission}' denied on resource '//cloudresourcemanager.googleapis.com/${metadata.resource}' (or it may not exist).`;
  const domain = 'cloudresourcemanager.googleapis.com';
  const info = { '@type': errorInfoType, reason: 'IAM_PERMISSION_DENIED', domain, metadata };
  return { code: 403, status: 'PERMISSION_DENIED', message, details: [info], reason: 'PERMISSION_DENIED' };
}

export function senderIdMismatch(): FcmError {
  return {
    code: 403,
    status: 'PERMISSION_DENIED',
    message: 'SenderId mismatch',
    details: [fcmDetail('SENDER_ID_MISMATCH')],
    reason: 'SENDER_ID_MISMATCH',
  };
}

export function unregistered(): FcmError {
  const message = 'Requested entity was not found.';
  return { code: 404, status: 'NOT_FOUND', message, details: [fcmDetail('UNREGISTERED')], reason: 'UNREGISTERED' };
}

export function quotaExceeded(what: 'project' | 'device', retryAfterSeconds: number): FcmError {
  const message =
    what === 'project' ? 'Quota exceeded for messages per minute and project.' : 'The message rate of this device is exceeded.';
  const failure = { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [{ subject: what, description: message }] };
  const details = [fcmDetail('QUOTA_EXCEEDED'), failure];
  return { code: 429, status: 'RESOURCE_EXHAUSTED', message, details, retryAfterSeconds, reason: 'QUOTA_EXCEEDED' };
}

export function unavailable(retryAfterSeconds: number): FcmError {
  const message = 'The service is currently unavailable.';
  return { code: 503, status: 'UNAVAILABLE', message, details: [fcmDetail('UNAVAILABLE')], retryAfterSeconds, reason: 'UNAVAILABLE' };
}

export function internal(): FcmError {
  const message = 'Internal error encountered.';
  return { code: 500, status: 'INTERNAL', message, details: [fcmDetail('INTERNAL')], reason: 'INTERNAL' };
}

export function unspecified(): FcmError {
  const details = [fcmDetail('UNSPECIFIED_ERROR')];
  return { code: 500, status: 'UNKNOWN', message: 'Unknown error.', details, reason: 'UNSPECIFIED_ERROR' };
}

/** APNs refused the push that FCM relayed to an Apple device. */
export function apnsRefused(statusCode: number, reason: string): FcmError {
  const relayed = { '@type': 'type.googleapis.com/google.firebase.fcm.v1.ApnsError', statusCode, reason };
  const details = [fcmDetail('INVALID_ARGUMENT'), relayed];
  return {
    code: 400,
    status: 'INVALID_ARGUMENT',
    message: 'Request contains an invalid argument.',
    details,
    reason: `ApnsError ${reason}`,
  };
}

export function errorBody({ code, message, status, details }: FcmError): string {
  return JSON.stringify({ error: { code, message, status, ...(details.length === 0 ? {} : { details }) } });
}

function fcmDetail(errorCode: string): Readonly<Record<string, unknown>> {
  return { '@type': fcmErrorType, errorCode };
}
