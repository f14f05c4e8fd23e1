import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Node keeps there what it has compiled: suites start the same programs many times. */
export const compileCache = { NODE_COMPILE_CACHE: join(tmpdir(), 'carillon-compiled') };
