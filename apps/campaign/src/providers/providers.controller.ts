import type { Principal } from '#libs/access';
import { Allow, Answers, CurrentKey, pageOf, pathId, type Page } from '#libs/api';
import { BUILT_PROVIDERS, type BuiltProvider } from '#libs/kernel';
import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ChangeHalt } from './change-halt.ts';
import { ListProviders } from './list-providers.ts';
import { providerExample, providerRecord, type ProviderRecord } from './provider-record.ts';

const providerPage = pageOf(providerRecord).meta({ id: 'ProviderPage' });
const providerName = z.enum(BUILT_PROVIDERS);
const pausedExample: ProviderRecord = {
  ...providerExample,
  health: 'paused',
  detail: 'admin:bootstrap lets nothing go out until somebody resumes it',
  paused: { since: '2026-11-22T09:31:00.000Z', by: 'admin:bootstrap', reason: 'operator' },
};

@ApiTags('Providers')
@Controller('v1/apps/:app/providers')
export class ProvidersController {
  constructor(
    private readonly listProviders: ListProviders,
    private readonly change: ChangeHalt,
  ) {}

  @Get()
  @Allow('server')
  @ApiOperation({ summary: 'Health, rate, breaker and credential of every provider' })
  @Answers(providerPage, { description: 'All of them', example: { items: [providerExample], cursor: null } })
  async list(@Param('app', { schema: pathId }) app: string): Promise<Page<ProviderRecord>> {
    return { items: await this.listProviders.execute(app), cursor: null };
  }

  @Post(':provider/pause')
  @Allow()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Send nothing by a provider',
    description:
      'Within 2 s, on every dispatcher, until it is resumed; a start keeps to it. Nothing is lost: batches wait, as long as their messages have not expired. Safe to repeat.',
  })
  @Answers(providerRecord, { description: 'Paused', example: pausedExample })
  async pause(
    @Param('app', { schema: pathId }) app: string,
    @Param('provider', { schema: providerName }) provider: BuiltProvider,
    @CurrentKey() by: Principal,
  ): Promise<ProviderRecord> {
    return this.#changed(app, provider, true, by);
  }

  @Post(':provider/resume')
  @Allow()
  @HttpCode(200)
  @ApiOperation({ summary: 'Let a paused provider go on', description: 'Within 2 s. Safe to repeat.' })
  @Answers(providerRecord, { description: 'As it stands', example: providerExample })
  async resume(
    @Param('app', { schema: pathId }) app: string,
    @Param('provider', { schema: providerName }) provider: BuiltProvider,
    @CurrentKey() by: Principal,
  ): Promise<ProviderRecord> {
    return this.#changed(app, provider, false, by);
  }

  async #changed(app: string, provider: BuiltProvider, isOn: boolean, by: Principal): Promise<ProviderRecord> {
    await this.change.execute({ app, provider }, { isOn, by, reason: 'operator' });
    return this.listProviders.one(app, provider);
  }
}
