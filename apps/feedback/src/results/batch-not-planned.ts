import { PushError } from '#libs/kernel';

/** A report speaks of a batch that no page holds. */
export class BatchNotPlanned extends PushError {
  readonly code = 'batch_not_planned';
  readonly retryable = true;

  constructor(readonly batchId: string) {
    super(`No page holds a batch ${batchId}`);
  }
}
