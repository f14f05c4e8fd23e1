import { AppRepository } from '#libs/access';
import {
  Allow,
  Answers,
  DocumentedBodies,
  Fails,
  IfMatch,
  RequestInvalid,
  etagOf,
  ignoreFields,
  pathId,
  withSpareFields,
  type Precondition,
} from '#libs/api';
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
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { installationAnswer } from './installation-answers.ts';
import { mergePatchBody, type PatchedInstallation } from './installation-bodies.ts';
import { spareFields } from './installation-fields.ts';
import { applyJsonPatch, jsonPatchBody } from './json-patch.ts';
import { checkedPatch, PatchInstallation, type PatchableView } from './patch-installation.ts';

const anyPatch = withSpareFields(z.union([mergePatchBody, jsonPatchBody]), spareFields);
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
  @DocumentedBodies({ 'application/merge-patch+json': mergePatchBody, 'application/json': mergePatchBody, [jsonPatchType]: jsonPatchBody })
  @Answers(installationAnswer, { description: 'The installation as it is now', example: installationExample })
  @Fails(
    'installation_not_found',
    'installation_secret_invalid',
    'patch_not_applicable',
    'patch_test_failed',
    'field_not_writable',
    'tag_not_writable',
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
      check: (patched, view) => checked(patched, view, caller),
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

/** A JSON Patch may write what this server does not know, or what does not hold: for an sdk key it is left out and named like any other. */
function checked(patched: unknown, view: PatchableView, { kind }: Caller): PatchedInstallation {
  const { installation, ignoredFields } = checkedPatch(patched, view, kind);
  ignoreFields(ignoredFields);
  return installation;
}

/** JSON Merge Patch (RFC 7396): objects merge, `null` removes, everything else replaces. */
function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = new Map(Object.entries(isObject(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, applyMergePatch(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
