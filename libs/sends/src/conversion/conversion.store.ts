import type { Conversion, ConversionCounts, Converted } from './conversion.ts';

/** Reads what messages led to; feedback alone writes it. All calls may throw DependencyUnavailable. */
export abstract class ConversionReader {
  abstract countsOf(app: string, sendId: string): Promise<ConversionCounts>;
  /** Of the installation's messages, those accepted since (ms), the newest first; at most 1,000. */
  abstract ofInstallations(app: string, installationIds: readonly string[], since: number): Promise<readonly Conversion[]>;
  /** Of at most 1,000 messages those that are there, by their ids. */
  abstract findByIds(app: string, messageIds: readonly string[]): Promise<ReadonlyMap<string, Conversion>>;
}

/** Messages that may do what they were for, and those that did: once each. All calls may throw DependencyUnavailable. */
export abstract class ConversionRepository extends ConversionReader {
  /** Those that are there already stay as they are. At most 1,000. */
  abstract insert(messages: readonly Conversion[]): Promise<void>;
  /** False, and nothing stored, where the message was converted already or is not there. */
  abstract convert(app: string, messageId: string, converted: Converted): Promise<boolean>;
  /** Messages accepted before `before` (ms) go; at most `limit`. Answers how many went. */
  abstract dropOlder(before: number, limit: number): Promise<number>;
}
