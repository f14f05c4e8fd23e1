import type { Principal } from '#libs/access';
import { Allow, Answers, CurrentKey, Fails, IfMatch, Public, decodeCursor, page, pageQuery, pathId, type Precondition } from '#libs/api';
import { ErasureKeys } from '#libs/kernel';
import { ErasureRepository } from '#libs/registry';
import { IfMatchHeader, externalIdField } from '#libs/registry-http';
import { Controller, Delete, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { ErasePerson, ErasureNotFound } from './erase-person.ts';
import { begunErasure, erasureExample, erasureKeyRecord, erasurePage, erasureRecord, erasureRecordOf } from './erasure-record.ts';

const listQuery = pageQuery.extend({
  externalId: externalIdField.exactOptional().meta({ description: 'The last one of whoever had this id.' }),
});
const place = z.tuple([z.number(), z.string()]);

@ApiTags('Erasures')
@Allow('server')
@Controller('v1/apps/:app')
export class ErasuresController {
  constructor(
    private readonly erasePerson: ErasePerson,
    private readonly erasures: ErasureRepository,
    private readonly keys: ErasureKeys,
  ) {}

  @Delete('users/:externalId')
  @IfMatchHeader()
  @ApiOperation({
    summary: 'Erase a person from every store',
    description:
      'When this answers, the user and its devices are gone, and whoever logs in with the id is somebody new. The rest follows; the erasure says what and when. Asked again, it answers the same erasure.',
  })
  @Answers(begunErasure, { status: 202, description: 'Begun', example: { erasure: erasureExample.id } })
  @Fails('user_not_found', 'revision_mismatch', 'too_many_conflicts')
  async erase(
    @Param('app') app: string,
    @Param('externalId', { schema: pathId }) externalId: string,
    @CurrentKey() by: Principal,
    @IfMatch() expected: Precondition | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ erasure: string }> {
    const { id } = await this.erasePerson.execute(app, externalId, by, expected);
    void reply.header('location', `/v1/apps/${encodeURIComponent(app)}/erasures/${id}`);
    return { erasure: id };
  }

  @Get('erasures')
  @ApiOperation({ summary: 'List erasures, newest first' })
  @Answers(erasurePage, { description: 'A page of erasures', example: { items: [erasureExample], cursor: null } })
  async list(@Param('app') app: string, @Query({ schema: listQuery }) { limit, cursor, externalId }: z.output<typeof listQuery>) {
    if (externalId !== undefined) {
      const found = await this.erasures.findByPerson(app, this.keys.pseudonym(app, externalId));
      return { items: found ? [erasureRecordOf(found)] : [], cursor: null };
    }
    const [createdAt, id] = decodeCursor(cursor, place) ?? [];
    const after = createdAt === undefined || id === undefined ? undefined : { createdAt, id };
    const found = await this.erasures.list(app, limit + 1, after);
    return page(found, limit, erasureRecordOf, ({ createdAt: at, id: last }) => [at, last]);
  }

  @Get('erasures/:id')
  @ApiOperation({ summary: 'How far an erasure has come, and its signed receipt' })
  @Answers(erasureRecord, { description: 'What was removed from which store', example: erasureExample })
  @Fails('erasure_not_found')
  async read(@Param('app') app: string, @Param('id', { schema: pathId }) id: string) {
    const erasure = await this.erasures.findById(app, id);
    if (!erasure) throw new ErasureNotFound();
    return erasureRecordOf(erasure);
  }
}

@ApiTags('Erasures')
@Controller('v1/erasure-key')
export class ErasureKeyController {
  constructor(private readonly keys: ErasureKeys) {}

  @Get()
  @Public()
  @ApiOperation({ summary: 'The public key that receipts of erasures are signed with' })
  @Answers(erasureKeyRecord, {
    description: 'It stays the same for the life of the platform’s data',
    example: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
  })
  read() {
    return this.keys.publicKey;
  }
}
