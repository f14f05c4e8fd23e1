export * from './installation.ts';
export type { User } from './user.ts';
export { LEDGER_EVENTS, type LedgerEvent, type LedgerLine } from './ledger-line.ts';
export { InstallationRepository, type PurgeCondition } from './installation.repository.ts';
export { UserRepository } from './user.repository.ts';
export { TokenLedger, type LedgerPage } from './token-ledger.ts';
export type { TagExpression } from './audience/tag-expression.ts';
export type { Audience, AudienceMatch, AudiencePreview, AudienceQuery, SelectedInstallation } from './audience/audience-query.ts';
export { ExternalIdTaken, InstallationNotFound, TokenTaken, UserNotFound } from './registry-errors.ts';
