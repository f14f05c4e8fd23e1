import { Answers, Fails, Public } from '#libs/api';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { schemaOf } from './event-schemas.ts';

const jsonSchema = z.record(z.string(), z.json()).meta({ id: 'JsonSchema' });
const type = z.string().max(255).meta({ description: 'Type and version of an event', example: 'send.requested.v1' });

@ApiTags('events')
@Controller('v1/schemas')
@Public()
export class SchemasController {
  @Get(':type')
  @ApiOperation({ summary: 'The JSON Schema of the data of an event' })
  @Answers(jsonSchema, { description: 'JSON Schema, draft 2020-12', example: { type: 'object' } })
  @Fails('event_type_unknown')
  get(@Param('type', { schema: type }) name: string): Record<string, unknown> {
    return schemaOf(name);
  }
}
