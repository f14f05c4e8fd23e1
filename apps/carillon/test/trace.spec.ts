import { traceStories } from './stories/trace.ts';
import { Platform } from './support/platform.ts';

describe('the trace of a send', () => {
  traceStories((settings) => Platform.start(settings), ['carillon']);
});
