import { HttpCode, SetMetadata, applyDecorators } from '@nestjs/common';
import { ApiExtension, ApiNoContentResponse, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';

export interface AnswerOptions {
  /** Default 200. */
  readonly status?: number;
  readonly description: string;
  /** A real one: it stands in the OpenAPI document as it is. */
  readonly example?: unknown;
}

/** `@Answers(installationAnswer, { status: 201, description: 'Registered', example })`: status, schema and example of the usual answer. */
export function Answers(schema: z.ZodType, { status = 200, ...options }: AnswerOptions): MethodDecorator {
  return applyDecorators(HttpCode(status), ApiResponse({ status, standardSchema: schema, ...options }));
}

/** Another success of the same call, whose status the handler sets itself: `201` beside `200`. */
export function AlsoAnswers(schema: z.ZodType, { status = 201, ...options }: AnswerOptions): MethodDecorator {
  return ApiResponse({ status, standardSchema: schema, ...options });
}

/** 204. */
export function AnswersNothing(description: string): MethodDecorator {
  return applyDecorators(HttpCode(204), ApiNoContentResponse({ description }));
}

/** The error codes that this call can answer with beside those of every call; they are listed in its documentation. */
export function Fails(...codes: readonly string[]): MethodDecorator {
  return applyDecorators(SetMetadata('error codes', codes), ApiExtension('x-error-codes', codes));
}
