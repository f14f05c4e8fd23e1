import { sendFinishedV1 } from '#libs/events';
import { note } from '#libs/kernel';
import { consumerOf } from '#libs/messaging';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import { MarkStatistics } from '../statistics/mark-statistics.ts';
import { EndHolds } from './end-holds.ts';

const consumes = consumerOf('feedback');

/** A send that is over is counted, and says whether what was held of earlier ones is still in doubt. */
@Controller()
export class FinishedSendsConsumer {
  constructor(
    private readonly endHolds: EndHolds,
    private readonly statistics: MarkStatistics,
  ) {}

  @consumes(sendFinishedV1)
  async finished({ app, sendId, counts }: z.output<typeof sendFinishedV1.data>): Promise<void> {
    await this.statistics.finished(app, sendId);
    for (const { sendId: held, provider, bucket, found } of await this.endHolds.execute(app, sendId, counts.accepted + counts.failed))
      note('purge hold ended', {
        app,
        provider,
        sendId: held,
        bucket,
        laterSendId: sendId,
        invalid: found.invalid,
        answers: found.answers,
      });
  }
}
