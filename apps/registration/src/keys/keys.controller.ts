import { ApiKeyRepository, type Principal } from '#libs/access';
import { Allow, Answers, AnswersNothing, CurrentKey, Fails, decodeCursor, page, pageOf, pageQuery, pathId } from '#libs/api';
import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { CreateKey } from './create-key.ts';
import { DeleteKey } from './delete-key.ts';
import { keyAnswer, keyAnswerOf, keyExample, newKeyAnswer, newKeyBody, newKeyExample } from './key-bodies.ts';

@ApiTags('Keys')
@Allow()
@Controller('v1/apps/:app/keys')
export class KeysController {
  constructor(
    private readonly keys: ApiKeyRepository,
    private readonly createKey: CreateKey,
    private readonly deleteKey: DeleteKey,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Make a server or sdk key of the app', description: 'The answer shows the key; it is stored nowhere.' })
  @Answers(newKeyAnswer, { status: 201, description: 'Made', example: newKeyExample })
  @Fails('too_many_keys')
  async create(@Param('app') app: string, @Body({ schema: newKeyBody }) body: z.output<typeof newKeyBody>, @CurrentKey() by: Principal) {
    const { stored, key } = await this.createKey.execute({ ...body, app, by });
    return { ...keyAnswerOf(stored), key };
  }

  @Get()
  @ApiOperation({ summary: 'List the keys of the app' })
  @Answers(pageOf(keyAnswer), { description: 'Keys by id, without the keys themselves', example: { items: [keyExample], cursor: null } })
  async list(@Param('app') app: string, @Query({ schema: pageQuery }) { limit, cursor }: z.output<typeof pageQuery>) {
    const keys = await this.keys.list(app, decodeCursor(cursor, z.string()), limit + 1);
    return page(keys, limit, keyAnswerOf, ({ id }) => id);
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Delete a key; it is refused from this moment' })
  @AnswersNothing('Deleted')
  @Fails('key_not_found')
  async delete(@Param('app') app: string, @Param('id', { schema: pathId }) id: string, @CurrentKey() by: Principal): Promise<void> {
    await this.deleteKey.execute({ app, id, by });
  }
}
