import { Answers, Fails, Public } from '#libs/api';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { eventTypeName, schemaOf } from './event-schemas.ts';

const jsonSchema = z.record(z.string(), z.unknown()).meta({ id: 'JsonSchema' });

@ApiTags('Events')
@Controller('v1/schemas')
@Public()
export class SchemasController {
  @Get(':type')
  @ApiOperation({ summary: 'The JSON Schema of the data of an event' })
  @Answers(jsonSchema, { description: 'JSON Schema, draft 2020-12', example: { type: 'object' } })
  @Fails('event_type_unknown')
  get(@Param('type', { schema: eventTypeName }) name: string): Record<string, unknown> {
    return schemaOf(name);
  }
}
