import { AUDITED_ACTIONS, AuditLog, type AuditLine } from '#libs/access';
import { Allow, Answers, decodeCursor, page, pageOf, pageQuery } from '#libs/api';
import { isoTime } from '#libs/kernel';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';

const auditQuery = pageQuery.extend({ app: z.string().max(63).exactOptional().meta({ description: 'Only what concerns this app' }) });

const auditAnswer = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    app: z.string().optional(),
    actor: z.string().meta({ description: 'Kind and id of the API key' }),
    action: z.enum(AUDITED_ACTIONS),
    target: z.string().meta({ description: 'The app, key, provider, purge hold or webhook; `system`: everything' }),
    fields: z.array(z.string()).optional().meta({ description: 'Names of what changed; never values' }),
  })
  .meta({ id: 'AuditLine' });

const example = {
  id: 'c2f0a1de-8a44-5f0e-9b1c-7d2e6f3a4b5c',
  at: '2026-01-01T00:00:00.000Z',
  app: 'shop',
  actor: 'admin:bootstrap',
  action: 'app.changed',
  target: 'shop',
  fields: ['settings.maxTags'],
};

@ApiTags('Apps')
@Allow()
@Controller('v1/audit')
export class AuditController {
  constructor(private readonly audit: AuditLog) {}

  @Get()
  @ApiOperation({
    summary: 'Who changed apps, keys and credentials, or had one checked, who halted what, and who decided on purge holds',
    description: 'Newest first. Lines of deleted apps stay.',
  })
  @Answers(pageOf(auditAnswer), { description: 'Changes', example: { items: [example], cursor: null } })
  async list(@Query({ schema: auditQuery }) { app, limit, cursor }: z.output<typeof auditQuery>) {
    const before = decodeCursor(cursor, z.object({ at: z.int(), id: z.string() }));
    const lines = await this.audit.list(app, before, limit + 1);
    return page(lines, limit, auditAnswerOf, ({ at, id }) => ({ at, id }));
  }
}

function auditAnswerOf({ at, ...line }: AuditLine) {
  return { ...line, at: isoTime(at) };
}
