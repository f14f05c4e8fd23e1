import { Allow, Answers, Fails, pageQuery, pathId } from '#libs/api';
import { TokenLedger, UserNotFound, UserRepository } from '#libs/registry';
import { ledgerExample, ledgerPage, ledgerRecordOf } from '#libs/registry-http';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';

@ApiTags('Users')
@Allow('server')
@Controller('v1/apps/:app/users/:externalId/ledger')
export class UserLedgerController {
  constructor(
    private readonly ledger: TokenLedger,
    private readonly users: UserRepository,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Which tokens came to a user and left it, and when; newest first' })
  @Answers(ledgerPage, { description: 'A page of lines', example: ledgerExample })
  @Fails('user_not_found')
  async read(
    @Param('app') app: string,
    @Param('externalId', { schema: pathId }) externalId: string,
    @Query({ schema: pageQuery }) { limit, cursor }: z.output<typeof pageQuery>,
  ) {
    const user = await this.users.findByExternalId(app, externalId);
    if (!user) throw new UserNotFound();
    const { items, cursor: next } = await this.ledger.ofUser(app, user.userId, limit, cursor);
    return { items: items.map(ledgerRecordOf), cursor: next };
  }
}
