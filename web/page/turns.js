// One call after the other: what the module's worker and `baidi serve` have in common as seen from the page.

/** Whoever answers says how in `answered(call, options)`. */
export class InTurn {
  #last = Promise.resolve();
  /** How often the one that answers was started anew. */
  restarts = 0;

  /** Waits for the calls before it; one that failed holds up nobody. */
  call(call, options = {}) {
    const done = this.#last.then(() => this.answered(call, options));
    this.#last = done.catch(() => {});
    return done;
  }
}
