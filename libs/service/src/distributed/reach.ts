import type { Announcer } from '../announcer.ts';
import type { PlatformSettings } from '../platform-settings.ts';
import { waitFor, type SettingToCheck } from './wait-for.ts';

/** Told while a server is waited for why it is not there, and nothing once it is. */
export type TellTrouble = (server: string, reason: string | undefined) => void;

/** Waits for a server as long as START_DEADLINE says. Throws ServerUnreachable, and what `connect` throws. */
export type Reach = <T>(server: string, setting: SettingToCheck, connect: () => Promise<T>) => Promise<T>;

/** Reaches servers as the settings say, and tells what it waits for. */
export function reaching({ START_DEADLINE: seconds }: PlatformSettings, announcer: Announcer, tell: TellTrouble = () => undefined): Reach {
  return (server, setting, connect) => {
    const trouble = (reason: string | undefined): void => {
      tell(server, reason);
    };
    return announcer.step(`reaching ${server}`, () =>
      waitFor({ server, setting, deadlineMs: seconds * 1_000, trouble }, announcer, connect),
    );
  };
}
