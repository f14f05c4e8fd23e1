import { canonicalLocale } from '#libs/kernel';
import type { AudiencePreview } from './audience-query.ts';

export const SAMPLE_SIZE = 10;

/** A preview while it is counted, range by range. */
export class PreviewTally {
  readonly sample: string[] = [];
  readonly #byPlatform: Record<string, number> = {};
  readonly #byLanguage: Record<string, number> = {};
  #installations = 0;
  #users = 0;

  add(platform: string, language: string | null, installations: number): void {
    const spoken = language === null ? 'unknown' : (canonicalLocale(language) ?? language); // stored before tags were made canonical
    this.#installations += installations;
    this.#byPlatform[platform] = (this.#byPlatform[platform] ?? 0) + installations;
    this.#byLanguage[spoken] = (this.#byLanguage[spoken] ?? 0) + installations;
  }

  addUsers(users: number): void {
    this.#users += users;
  }

  preview(): AudiencePreview {
    return {
      installations: this.#installations,
      users: this.#users,
      byPlatform: this.#byPlatform,
      byLanguage: this.#byLanguage,
      sample: this.sample,
    };
  }
}
