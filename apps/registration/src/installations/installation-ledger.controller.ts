import { Allow, Answers, Fails, pageQuery, pathId } from '#libs/api';
import { InstallationNotFound, InstallationRepository, TokenLedger } from '#libs/registry';
import { ledgerExample, ledgerPage, ledgerRecordOf } from '#libs/registry-http';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';

@ApiTags('Installations')
@Allow('server')
@Controller('v1/apps/:app/installations/:id/ledger')
export class InstallationLedgerController {
  constructor(
    private readonly ledger: TokenLedger,
    private readonly installations: InstallationRepository,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Who owned this installation’s token, and when; newest first' })
  @Answers(ledgerPage, { description: 'A page of lines', example: ledgerExample })
  @Fails('installation_not_found')
  async read(
    @Param('app') app: string,
    @Param('id', { schema: pathId }) id: string,
    @Query({ schema: pageQuery }) { limit, cursor }: z.output<typeof pageQuery>,
  ) {
    const { items, cursor: next } = await this.ledger.ofInstallation(app, id, limit, cursor);
    if (items.length === 0 && !(await this.installations.findWithTombstone(app, id))) throw new InstallationNotFound(id);
    return { items: items.map(ledgerRecordOf), cursor: next };
  }
}
