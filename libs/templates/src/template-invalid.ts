import { PushError } from '#libs/kernel';

export interface TemplateProblem {
  /** RFC 6901, from the message's root. */
  readonly pointer: string;
  readonly message: string;
  /** 1-based, in the text that the pointer names. */
  readonly position: number;
}

/** The message's Liquid does not parse; all places at once. */
export class TemplateInvalid extends PushError {
  readonly code = 'template_invalid';
  readonly retryable = false;

  constructor(readonly problems: readonly TemplateProblem[]) {
    super('The message holds Liquid that does not parse');
  }
}
