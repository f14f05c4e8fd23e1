import { defineService } from '#libs/service';
import { Module } from '@nestjs/common';
import { z } from 'zod';
import { PageController } from './page/page.controller.ts';
import { PageFiles } from './page-files.ts';

@Module({ controllers: [PageController], providers: [{ provide: PageFiles, useFactory: () => PageFiles.read() }] })
class ConsoleModule {}

/** The web console: a page that calls the public API and nothing else. */
export const consoleApp = defineService({
  name: 'console',
  settings: z.object({}),
  module: () => ({ module: ConsoleModule }),
  started: async (_app, _settings, announcer, url) => {
    announcer.line(`  console    ${url}/`);
  },
});
