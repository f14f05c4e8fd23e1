import { RequestInvalid, type FieldError } from '#libs/api';

/** Problems of a send that callers handle by name. */
export type NamedProblem =
  | 'target_empty'
  | 'tag_expression_invalid'
  | 'reserved_data_key'
  | 'template_invalid'
  | 'template_unknown'
  | 'filter_invalid'
  | 'condition_invalid';

export interface SendProblem extends FieldError {
  readonly code?: NamedProblem;
}

/** The body of a send is wrong; all problems at once, under the name of the first one that has one. */
export class SendInvalid extends RequestInvalid {
  override readonly code: NamedProblem | 'request_invalid';

  /** `problems`: the same as `errors`, each with the name that it may have. */
  constructor(
    readonly problems: readonly SendProblem[],
    options?: ErrorOptions,
  ) {
    super(
      problems.map(({ code: _, ...error }) => error),
      options,
    );
    this.code = problems.find(({ code }) => code)?.code ?? 'request_invalid';
  }
}
