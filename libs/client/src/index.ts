export { CarillonClient } from './client.ts';
export type { ClientSettings } from './platform-call.ts';
export { Problem, type FieldProblem } from './problem.ts';
export type { CreateOptions } from './sends.ts';
export type * from './types.ts';
export { verifyWebhook, WebhookRefused, type WebhookFact, type WebhookOptions } from './verify-webhook.ts';
