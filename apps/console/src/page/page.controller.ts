import { Public } from '#libs/api';
import { Controller, Get, NotFoundException, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { PageFiles } from '../page-files.ts';

/** Scripts and styles from here alone, and no frame around it: what an app's users typed into tags or titles stays text. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

@ApiExcludeController()
@Public()
@Controller()
export class PageController {
  constructor(private readonly files: PageFiles) {}

  @Get()
  index(@Res() reply: FastifyReply): void {
    this.file('index.html', reply);
  }

  /** At the root: a worker is for pages below its own place. */
  @Get('carillon-service-worker.js')
  worker(@Res() reply: FastifyReply): void {
    this.file('carillon-service-worker.js', reply);
  }

  @Get('console/:file')
  file(@Param('file') name: string, @Res() reply: FastifyReply): void {
    const file = this.files.find(name);
    if (!file) throw new NotFoundException('The page has no such file');
    void reply
      .type(file.type)
      .headers({
        'content-security-policy': policy,
        'cache-control': 'no-cache',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
      })
      .send(file.content);
  }
}
