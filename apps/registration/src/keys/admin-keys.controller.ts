import { ApiKeyRepository, type Principal } from '#libs/access';
import { Allow, Answers, AnswersNothing, CurrentKey, Fails, decodeCursor, page, pageOf, pageQuery, pathId } from '#libs/api';
import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { CreateKey } from './create-key.ts';
import { DeleteKey } from './delete-key.ts';
import { keyAnswer, keyAnswerOf, keyExample, newAdminKeyBody, newKeyAnswer, newKeyExample } from './key-bodies.ts';

const { scopes: _scopes, ...example } = { ...keyExample, kind: 'admin', name: 'deployment' };

@ApiTags('Keys')
@Allow()
@Controller('v1/keys')
export class AdminKeysController {
  constructor(
    private readonly keys: ApiKeyRepository,
    private readonly createKey: CreateKey,
    private readonly deleteKey: DeleteKey,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Make an admin key',
    description: 'It may do everything, in every app. The answer shows the key; it is stored nowhere.',
  })
  @Answers(newKeyAnswer, { status: 201, description: 'Made', example: { ...example, key: newKeyExample.key.replace('server', 'admin') } })
  @Fails('too_many_keys')
  async create(@Body({ schema: newAdminKeyBody }) body: z.output<typeof newAdminKeyBody>, @CurrentKey() by: Principal) {
    const { stored, key } = await this.createKey.execute({ kind: 'admin', ...body, by });
    return { ...keyAnswerOf(stored), key };
  }

  @Get()
  @ApiOperation({ summary: 'List the admin keys, without the bootstrap key' })
  @Answers(pageOf(keyAnswer), { description: 'Keys by id, without the keys themselves', example: { items: [example], cursor: null } })
  async list(@Query({ schema: pageQuery }) { limit, cursor }: z.output<typeof pageQuery>) {
    const keys = await this.keys.list(undefined, decodeCursor(cursor, z.string()), limit + 1);
    return page(keys, limit, keyAnswerOf, ({ id }) => id);
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Delete an admin key; it is refused from this moment' })
  @AnswersNothing('Deleted')
  @Fails('key_not_found')
  async delete(@Param('id', { schema: pathId }) id: string, @CurrentKey() by: Principal): Promise<void> {
    await this.deleteKey.execute({ id, by });
  }
}
