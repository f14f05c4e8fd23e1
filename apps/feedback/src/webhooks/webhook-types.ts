/** Types of facts that webhooks are told, without their versions: those of event contracts, and what became of single messages. */
export const WEBHOOK_TYPES = [
  'installation.registered',
  'installation.removed',
  'installation.token_changed',
  'installation.user_changed',
  'installation.permission_changed',
  'user.merged',
  'user.subscription_changed',
  'send.finished',
  'token.removed',
  'request.rejected',
  'receipt.reported',
  'message.accepted',
  'message.failed',
] as const;
