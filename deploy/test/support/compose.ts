import { readYamlFile } from '../kustomize/read-yaml.ts';

export interface ComposeService {
  readonly image: string;
  readonly build?: { readonly target?: string };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly restart?: string;
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly stop_grace_period?: string;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly profiles?: readonly string[];
  readonly logging?: { readonly options?: Readonly<Record<string, string>> };
  readonly deploy?: { readonly resources?: { readonly limits?: { readonly cpus?: string; readonly memory?: string } } };
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

export const composePath = 'docker-compose.yml';

export const compose = readYamlFile(composePath) as ComposeFile;

/** `${NAME:-default}` as it is when nobody sets NAME. */
export function withDefaults(text: string): string {
  return text.replace(/\$\{\w+:-([^}]*)\}/g, '$1');
}

/** Services that run the platform's own image. */
export const ownServices = Object.entries(compose.services).filter(([, { build }]) => build?.target === 'runtime');

/** The program of one of them; without a command it is the image's own. */
export function programOf({ command }: ComposeService): readonly string[] {
  return command ?? ['dist/apps/carillon/src/main.js'];
}
