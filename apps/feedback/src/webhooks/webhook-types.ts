/** Types of facts that leave the platform, without their versions: those of event contracts, and what became of single messages. */
export const FACT_TYPES = [
  'installation.registered',
  'installation.removed',
  'installation.token_changed',
  'installation.user_changed',
  'installation.permission_changed',
  'user.attributes_changed',
  'user.erased',
  'user.merged',
  'user.subscription_changed',
  'send.created',
  'send.finished',
  'send.forgotten',
  'token.removed',
  'import.finished',
  'request.rejected',
  'receipt.reported',
  'message.accepted',
  'message.failed',
  'message.suppressed',
  'message.converted',
] as const;

const nouns = [...new Set(FACT_TYPES.map((type) => type.split('.')[0] ?? ''))];

/** What receivers ask for: a type, all of a noun, or all. */
export const TYPE_PATTERNS = ['*', ...nouns.map((noun) => `${noun}.*`), ...FACT_TYPES] as [string, ...string[]];
