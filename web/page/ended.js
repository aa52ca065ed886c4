// What becomes of a call that was not answered.

/** The program ended, or gave no answer. */
export class Ended extends Error {
  constructor(kind, panic, seconds) {
    super(panic ?? kind);
    this.kind = kind; // 'panic', 'memory', or 'late'
    this.panic = panic;
    this.seconds = seconds;
  }
}

/** The question was wrong. */
export class Refused extends Error {
  constructor({ message, hint }) {
    super(message);
    this.hint = hint;
  }
}
