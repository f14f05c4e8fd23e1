/** Calls back later; a port, so that tests need not wait. */
export abstract class Timer {
  /** Runs `work` once after so many ms; gives back the way to prevent that. */
  abstract after(ms: number, work: () => void): () => void;
}

export class SystemTimer extends Timer {
  after(ms: number, work: () => void): () => void {
    const handle = setTimeout(work, ms);
    return () => {
      clearTimeout(handle);
    };
  }
}

export function pause(timer: Timer, ms: number): Promise<void> {
  return new Promise((resolve) => {
    timer.after(ms, resolve);
  });
}
