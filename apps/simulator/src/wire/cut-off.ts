import type { Behaviour } from '../faults/behaviour.ts';
import type { Caller } from './caller.ts';

/** Does what a fault of the connection asks for. `shutdown`: the connection ends, and this request still wants an answer that says so. */
export function cutOff({ kind }: Behaviour, caller: Caller): 'no' | 'unprocessed' | 'shutdown' {
  if (kind === 'reset') {
    caller.reset();
    return 'unprocessed';
  }
  if (kind !== 'goaway' && kind !== 'goaway_error') return 'no';
  return caller.goAway(kind === 'goaway_error', 'Shutdown') ? 'unprocessed' : 'shutdown';
}
