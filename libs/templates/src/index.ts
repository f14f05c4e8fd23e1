export type { CompiledMessage, RenderContext, Rendering, RootName } from './compiled-message.ts';
export { compileMessage } from './compile-message.ts';
export { TemplateTooLong, compileInstallationTemplate, type CompiledInstallationTemplate } from './installation-template.ts';
export { HOLES } from './quick-message.ts';
export type { QuickMessage } from './quick-message.ts';
export { type Properties } from './template-expression.ts';
export { TemplateInvalid, type TemplateProblem } from './template-invalid.ts';
