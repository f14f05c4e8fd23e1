import type { BuiltProvider } from '#libs/kernel';
import type { MessageTemplate } from '../message.ts';
import type { JsonObject } from './merge-overrides.ts';
import type { ShapeProblem } from './shape.ts';

/** Whose phones show nothing of a message that has a title or a body, because its overrides take them out. */
export interface LeftBlank {
  readonly provider: BuiltProvider;
  /** Where in `overrides`. */
  readonly path: readonly string[];
  /** Whom, as an author would name them. */
  readonly devices: readonly string[];
  /** No device of the provider would show anything, and there is nothing else for any of them. */
  readonly isNothing: boolean;
}

/** What may stand in `overrides.<provider>`: a merge patch over the provider's own body. */
export interface OverrideRules {
  /**
   * Members that the platform sets itself, as paths below the provider: an author cannot write them, may take them out.
   */
  readonly platformsOwn: readonly (readonly string[])[];
  /** What the provider would refuse of it by its form; paths begin with the provider's name. */
  readonly shape: (over: JsonObject) => readonly ShapeProblem[];
  /** What else is wrong, such as headers, reserved names, or what does not agree with the message. */
  readonly beside?: (over: JsonObject, message: MessageTemplate) => readonly ShapeProblem[];
  /** Installations of the provider may have no templates: what it takes is no JSON. They may unless said. */
  readonly hasNoTemplates?: true;
  /** What a template's body, which stands for a whole message, has to say besides; nothing unless said. */
  readonly ofTemplate?: (body: JsonObject) => JsonObject;
  /**
   * Whom it leaves with nothing to show; undefined: nobody. `texts` are the title and the body, of any language. Never asked about messages that show
   * nothing anyway.
   */
  readonly blank?: (over: JsonObject, message: MessageTemplate, texts: JsonObject) => Omit<LeftBlank, 'provider'> | undefined;
}
