import { sendFinishedV1 } from '#libs/events';
import { consumerOf } from '#libs/messaging';
import { Controller, Logger } from '@nestjs/common';
import type { z } from 'zod';
import { EndHolds } from './end-holds.ts';

const consumes = consumerOf('feedback');

/** A send that is over says whether what was held of earlier ones is still in doubt. */
@Controller()
export class FinishedSendsConsumer {
  readonly #log = new Logger('Purges');

  constructor(private readonly endHolds: EndHolds) {}

  @consumes(sendFinishedV1)
  async finished({ app, sendId, counts }: z.output<typeof sendFinishedV1.data>): Promise<void> {
    for (const { sendId: held, provider, bucket, found } of await this.endHolds.execute(app, sendId, counts.accepted + counts.failed))
      this.#log.log(
        `hold ended: app ${app}, ${provider}, send ${held}; the later send ${sendId} found ${found.invalid} of ${found.answers} ${bucket} tokens invalid`,
      );
  }
}
