export type { CompiledMessage, RenderContext, Rendering, RootName } from './compiled-message.ts';
