import { AppNotFound, type App, type AppRepository } from '#libs/access';

/** The app a call is for. Throws AppNotFound. */
export async function appById(apps: AppRepository, id: string): Promise<App> {
  const app = await apps.findById(id);
  if (!app || app.deletedAt !== undefined) throw new AppNotFound(id);
  return app;
}
