import { Allow, Answers, pageOf, pathId, type Page } from '#libs/api';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ListProviders } from './list-providers.ts';
import { providerExample, providerRecord, type ProviderRecord } from './provider-record.ts';

const providerPage = pageOf(providerRecord).meta({ id: 'ProviderPage' });

@ApiTags('Providers')
@Controller('v1/apps/:app/providers')
@Allow('server')
export class ProvidersController {
  constructor(private readonly listProviders: ListProviders) {}

  @Get()
  @ApiOperation({ summary: 'Health, rate, breaker and credential of every provider' })
  @Answers(providerPage, { description: 'All of them', example: { items: [providerExample], cursor: null } })
  async list(@Param('app', { schema: pathId }) app: string): Promise<Page<ProviderRecord>> {
    return { items: await this.listProviders.execute(app), cursor: null };
  }
}
