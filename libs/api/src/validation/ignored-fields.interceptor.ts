import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { map, type Observable } from 'rxjs';
import { currentCall } from '../request/call.ts';

/** Tells an SDK which of its fields this server does not know yet. */
export class IgnoredFieldsInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      map((answer: unknown) => {
        const ignoredFields = currentCall()?.ignoredFields ?? [];
        return ignoredFields.length > 0 && isRecord(answer) ? { ...answer, ignoredFields } : answer;
      }),
    );
  }
}

function isRecord(answer: unknown): answer is Record<string, unknown> {
  return typeof answer === 'object' && answer !== null && Object.getPrototypeOf(answer) === Object.prototype;
}
