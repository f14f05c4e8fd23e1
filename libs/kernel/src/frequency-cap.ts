/** How much marketing a person, or a device, gets in a stretch of time. */
export interface FrequencyCap {
  /** Of the campaigns that count, and that it keeps back; `*`: all marketing. */
  readonly label: string;
  readonly max: number;
  /** As it was written, ISO 8601: `P7D`. Any stretch of this length has `max` at most. */
  readonly per: string;
  /** `user`: a send counts once for a person, on however many devices. */
  readonly by: 'user' | 'installation';
}
