import {
  Allow, Answers, Fails, IdempotencyKey, IdempotencyKeyHeader, IdempotentRequests, decodeCursor, encodeCursor, pageOf, pageQuery, pathId,
} from '#libs/api'; // prettier-ignore
import { isoTime, isoTimeOrNull } from '#libs/kernel';
import { SEND_STATES, UNINSTALL_PROBES, type Send } from '#libs/sends';
import { SendRepository } from '#libs/sends/send/writing';
import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { LiveSums } from '../progress/live-sums.ts';
import { count } from '../send/sums-shape.ts';
import { StartUninstallProbe } from './start-uninstall-probe.ts';

const probeRecord = z
  .object({
    id: z.string().meta({ description: 'Also the id of the send that it is: `…/sends/{id}` tells more, and stops it.' }),
    night: z.iso.date().nullable().meta({ description: 'Of the app’s zone; null where somebody asked for it.' }),
    state: z.enum(SEND_STATES),
    stateReason: z.string().nullable().meta({ description: '`provider_throttled`: a provider limited us, so it stopped by itself.' }),
    recipients: count.meta({ description: 'Installations that had not been heard from when it began.' }),
    probed: count.meta({ description: 'Those of them with a push token that nothing had been sent to either.' }),
    reached: count.meta({ description: 'Their provider took the silent push: as far as it knows, the app is there.' }),
    deadTokens: count.meta({ description: 'Their provider called the push token dead.' }),
    createdAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'UninstallProbe' });
type ProbeRecord = z.output<typeof probeRecord>;

const probePage = pageOf(probeRecord).meta({ id: 'UninstallProbePage' });
const position = z.object({ createdAt: z.int(), id: z.string() });
const example: ProbeRecord = {
  id: '01a20297-4dc0-5d0a-9b55-0a5d7f1c2e11',
  night: '2026-11-22',
  state: 'done',
  stateReason: null,
  recipients: 81_204,
  probed: 80_411,
  reached: 79_935,
  deadTokens: 470,
  createdAt: '2026-11-22T02:00:11.000Z',
  finishedAt: '2026-11-22T03:00:12.000Z',
};
const begun: ProbeRecord = { ...example, night: null, state: 'planning', probed: 0, reached: 0, deadTokens: 0, finishedAt: null };

@ApiTags('Sends')
@Controller('v1/apps/:app/uninstall-probes')
@Allow('server')
export class UninstallProbesController {
  constructor(
    private readonly start: StartUninstallProbe,
    private readonly sends: SendRepository,
    private readonly liveSums: LiveSums,
    private readonly idempotent: IdempotentRequests,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Look for uninstalled apps now',
    description:
      'A silent push of low priority, spread over an hour, to installations with a push token that nothing was heard from and nothing was sent to for 24 hours; never to browsers. It needs no `settings.uninstallTracking`, which begins one each night.',
  })
  @IdempotencyKeyHeader()
  @Answers(probeRecord, { status: 202, description: 'It runs', example: begun })
  @Fails('uninstall_probe_running', 'idempotency_mismatch')
  async create(@Param('app', { schema: pathId }) app: string, @IdempotencyKey() key: string | undefined): Promise<ProbeRecord> {
    const claim = await this.idempotent.claim({ app, route: 'uninstall-probes', key, body: undefined });
    if (claim.answer) return claim.answer.body as ProbeRecord;
    const record = await this.#show(await this.start.execute(app, claim.seed, null));
    await claim.settle({ status: 202, body: record });
    return record;
  }

  @Get()
  @ApiOperation({ summary: 'List runs of silent probes, newest first' })
  @Answers(probePage, { description: 'A page of runs', example: { items: [example], cursor: null } })
  async list(
    @Param('app', { schema: pathId }) app: string,
    @Query({ schema: pageQuery }) { limit, cursor }: z.output<typeof pageQuery>,
  ): Promise<z.output<typeof probePage>> {
    const after = decodeCursor(cursor, position);
    const sends = await this.sends.list(app, { campaign: UNINSTALL_PROBES }, limit + 1, after);
    const shown = sends.slice(0, limit);
    const last = sends.length > limit ? shown.at(-1) : undefined;
    const items: ProbeRecord[] = [];
    for (const send of shown) items.push(await this.#show(send));
    return { items, cursor: last ? encodeCursor({ createdAt: last.createdAt, id: last.id }) : null };
  }

  async #show(send: Send): Promise<ProbeRecord> {
    const { counts, outcomes } = (await this.liveSums.of(send)).sums;
    return {
      id: send.id,
      night: send.metadata['night'] ?? null,
      state: send.state,
      stateReason: send.stateReason,
      recipients: send.recipients,
      probed: counts.targeted,
      reached: counts.accepted,
      deadTokens: outcomes['token_invalid'] ?? 0,
      createdAt: isoTime(send.createdAt),
      finishedAt: isoTimeOrNull(send.finishedAt),
    };
  }
}
