/** Whether this process is about to end: nothing more is begun, what is on the wire may still be answered. */
export class Draining {
  #begun = false;

  get isOn(): boolean {
    return this.#begun;
  }

  begin(): void {
    this.#begun = true;
  }
}
