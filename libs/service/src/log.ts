import { currentTraceId, keepJournalWith, sampledSpan } from '#libs/kernel';
import { Logger as NestLogger, type LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';
import { PinoPretty } from 'pino-pretty';

/** The log of this process, and Nest's calls on it: from now on what is opened outside of an application speaks as one does. */
export function openLog(level: string, terminal: boolean): { readonly log: Logger; readonly nestLog: NestLog } {
  const log = createLog(level, terminal);
  const nestLog = new NestLog(log);
  NestLogger.overrideLogger(nestLog);
  keepJournalWith((event, facts) => {
    log.info(facts, event);
  });
  return { log, nestLog };
}

/** JSON lines on standard output; readable lines where that is a terminal. Each line names its trace, and its span where one is kept. */
function createLog(level: string, terminal: boolean): Logger {
  const options = { level, base: null, mixin: trace, timestamp: pino.stdTimeFunctions.isoTime };
  return terminal
    ? pino(options, PinoPretty({ colorize: true, singleLine: true, ignore: 'traceId,trace_id,span_id', translateTime: 'SYS:HH:MM:ss.l' }))
    : pino(options, pino.destination({ sync: true }));
}

function trace(): object {
  const traceId = currentTraceId();
  return traceId === undefined ? {} : { traceId, ...sampledSpan() };
}

/** Where Nest says what it maps and loads: of interest to nobody but a debugger. */
const chatter = new Set([
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestFactory',
  'NestApplication',
  'NestMicroservice',
  'HybridApplication',
]);

const sayItself = new Set<unknown>(['ExceptionHandler', 'NestApplication']);

/** Nest's log calls on pino. */
export class NestLog implements LoggerService {
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  log(message: unknown, ...rest: unknown[]): void {
    const level = chatter.has(String(rest.at(-1))) ? 'debug' : 'info';
    this.#log[level](where(rest), text(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    const stack = rest.length > 1 && typeof rest[0] === 'string' ? { stack: rest[0] } : {};
    // A start that fails says so itself, in one line.
    const level = sayItself.has(rest.at(-1)) ? 'debug' : 'error';
    this.#log[level]({ ...where(rest), ...stack }, text(message));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.#log.warn(where(rest), text(message));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.#log.debug(where(rest), text(message));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.#log.trace(where(rest), text(message));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.#log.fatal(where(rest), text(message));
  }
}

function where(rest: readonly unknown[]): object {
  const context = rest.at(-1);
  return typeof context === 'string' ? { context } : {};
}

function text(message: unknown): string {
  if (message instanceof Error) return message.stack ?? message.message;
  return typeof message === 'string' ? message : JSON.stringify(message);
}
