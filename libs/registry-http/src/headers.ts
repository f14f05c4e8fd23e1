import { AppNotFound, type App, type AppRepository } from '#libs/access';
import { applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';

/** Documents the headers by which sdk keys prove an installation and a user (R7, R7a). */
export function SdkHeaders(): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'X-Installation-Secret',
      required: false,
      description: 'For sdk keys: the `installationSecret` that the first PUT answered.',
    }),
    ApiHeader({
      name: 'X-User-Token',
      required: false,
      description:
        'For sdk keys, when a known user is concerned and the app asks for it: a JWT (RS256, ES256, ES384 or ES512) with `sub` = externalId, `aud` = app, `exp` at most 24 hours ahead.',
    }),
  );
}

const entityTags = '^([*]|(W/)?"[^"]*"([ ]*,[ ]*(W/)?"[^"]*")*)$';

/** Documents the conditional write. */
export function IfMatchHeader(): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'If-Match',
      required: false,
      description: 'The `ETag` that was read, several of them, or `*` for any; another revision answers 412.',
      schema: { type: 'string', pattern: entityTags, example: '*' },
    }),
    ApiHeader({
      name: 'If-None-Match',
      required: false,
      description: '`*`: only if there is none yet; what exists answers 412, and nothing is written.',
      schema: { type: 'string', pattern: entityTags, example: '"7"' },
    }),
  );
}

/** Documents how an sdk key says which installation it is where the path names a user. */
export function InstallationIdHeader(): MethodDecorator & ClassDecorator {
  return ApiHeader({ name: 'X-Installation-Id', required: false, description: 'For sdk keys: the installation of this user that calls.' });
}

/** The app a call is for. Throws AppNotFound. */
export async function appById(apps: AppRepository, id: string): Promise<App> {
  const app = await apps.findById(id);
  if (!app || app.deletedAt !== undefined) throw new AppNotFound(id);
  return app;
}
