import type { EventContract } from '#libs/events';
import { Catch, UseFilters, applyDecorators, type RpcExceptionFilter } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { throwError, type Observable } from 'rxjs';
import type { z } from 'zod';

/** Nest would hide the error behind "Internal server error"; the transport needs its code. */
@Catch()
class OriginalErrors implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/**
 * `const consumes = consumerOf('campaign')` makes the decorator of that service's handlers: `@consumes(batchSettledV1)`.
 * The service's name is part of the pattern, so that two services that read one event never share a handler chain.
 */
export function consumerOf(service: string) {
  return <S extends z.ZodType>(contract: EventContract<S>) =>
    applyDecorators(EventPattern({ service, type: contract.type }, { contract }), UseFilters(new OriginalErrors())) as (
      target: object,
      key: string,
      descriptor: TypedPropertyDescriptor<(data: z.output<S>, ...rest: never[]) => Promise<void>>,
    ) => void;
}
