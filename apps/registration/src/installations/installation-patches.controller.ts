import { AppRepository } from '#libs/access';
import { Allow, Answers, Fails, IfMatch, RequestInvalid, currentCall, etagOf, fieldErrors, pathId, type Precondition } from '#libs/api';
import {
  IfMatchHeader,
  SdkHeaders,
  appById,
  installationExample,
  installationRecordOf,
  FromCaller,
  type Caller,
} from '#libs/registry-http';
import { Body, Controller, Headers, Param, Patch, Res } from '@nestjs/common';
import { ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { installationAnswer } from './installation-answers.ts';
import { mergePatchBody, patchedInstallation, type PatchedInstallation } from './installation-bodies.ts';
import { applyJsonPatch, jsonPatchBody } from './json-patch.ts';
import { applyMergePatch } from './merge-patch.ts';
import { PatchInstallation } from './patch-installation.ts';
import type { PatchableView } from './patchable-view.ts';

const anyPatch = z.union([mergePatchBody, jsonPatchBody]);
type AnyPatch = z.output<typeof anyPatch>;
const jsonPatchType = 'application/json-patch+json';

@ApiTags('Installations')
@Allow('server', 'sdk')
@SdkHeaders()
@Controller('v1/apps/:app/installations/:id')
export class InstallationPatchesController {
  constructor(
    private readonly apps: AppRepository,
    private readonly patchInstallation: PatchInstallation,
  ) {}

  @Patch()
  @IfMatchHeader()
  @ApiOperation({
    summary: 'Change fields of an installation',
    description:
      'JSON Merge Patch (RFC 7396), or JSON Patch (RFC 6902) over the fields that may be changed. All of it holds, or nothing does.',
  })
  @ApiConsumes('application/merge-patch+json', 'application/json', jsonPatchType)
  @Answers(installationAnswer, { description: 'The installation as it is now', example: installationExample })
  @Fails(
    'installation_not_found',
    'installation_secret_invalid',
    'patch_not_applicable',
    'patch_test_failed',
    'field_not_writable',
    'too_many_tags',
    'too_many_conflicts',
    'jwt_missing',
  )
  async patch(
    @Param('app') app: string,
    @Param('id', { schema: pathId }) id: string,
    @Body({ schema: anyPatch }) body: AnyPatch,
    @Headers('content-type') type: string | undefined,
    @FromCaller() caller: Caller,
    @IfMatch() expected: Precondition | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const installation = await this.patchInstallation.execute({
      app: await appById(this.apps, app),
      id,
      caller,
      expected,
      patch: patchOf(body, type),
      check: (patched) => checked(patched, caller),
    });
    void reply.header('etag', etagOf(installation.revision));
    return installationRecordOf(installation);
  }
}

/** The media type says which patch it is; a body of the other form is refused. */
function patchOf(body: AnyPatch, type: string | undefined): (view: PatchableView) => unknown {
  const isJsonPatch = type?.toLowerCase().startsWith(jsonPatchType) === true;
  if (isJsonPatch && Array.isArray(body)) return (view) => applyJsonPatch(view, body);
  if (!isJsonPatch && !Array.isArray(body)) return (view) => applyMergePatch(view, body);
  throw new RequestInvalid([{ pointer: '', message: isJsonPatch ? 'must be a list of operations' : 'must be an object' }]);
}

function checked(patched: unknown, { kind }: Caller): PatchedInstallation {
  const result = patchedInstallation.safeParse(kind === 'sdk' ? withoutUnknown(patched) : patched);
  if (!result.success) throw new RequestInvalid(fieldErrors(result.error.issues));
  return result.data;
}

/** A JSON Patch may add a field that this server does not know; like any other it is left out and named. */
function withoutUnknown(patched: unknown): unknown {
  const fields = Object.entries(patched ?? {});
  const unknown = fields.map(([field]) => field).filter((field) => !(field in patchedInstallation.shape));
  const call = currentCall();
  if (call) call.ignoredFields = [...new Set([...call.ignoredFields, ...unknown])];
  return Object.fromEntries(fields.filter(([field]) => !unknown.includes(field)));
}
