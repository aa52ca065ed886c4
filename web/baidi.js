// baidi as a module of the web: bytes in, the card and the report out. Types and what each part means are in baidi.d.ts.

const QUESTION = 0, PHOTO = 1;
const JSON_PART = 0, SOURCE_PART = 1, PICTURE_PART = 2, SLIP_PART = 3;
const MISUNDERSTOOD = 2;

export class QuestionError extends Error {
  constructor({ message, code, hint, because }) {
    super(message);
    this.name = 'QuestionError';
    this.code = code;
    this.hint = hint;
    this.because = because;
  }
}

export class Fault extends Error {
  constructor(panic, cause) {
    super(panic ?? String(cause), { cause });
    this.name = 'Fault';
    this.panic = panic;
  }
}

export async function compile(bytes) {
  // Servers differ in whether they unpack `.gz` on the way, so the content decides.
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return WebAssembly.compileStreaming(new Response(unpacked, { headers: { 'content-type': 'application/wasm' } }));
  }
  return WebAssembly.compile(bytes);
}

// A crate for random numbers is linked that baidi never asks for any, and its glue to browsers with it.
function unused(module) {
  const glue = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    if (from.startsWith('__wbindgen')) (glue[from] ??= {})[name] = () => { throw new Error(`${name} was called`); };
  }
  return glue;
}

export class Baidi {
  #exports;
  #panic = null;
  #ended = null;

  static async open(wasm) {
    const module = wasm instanceof WebAssembly.Module ? wasm : await WebAssembly.compile(wasm);
    const baidi = new Baidi();
    const instance = await WebAssembly.instantiate(module, {
      ...unused(module),
      baidi: {
        now: () => performance.now(),
        panicked: (at, length) => { 
          baidi.#panic = new TextDecoder().decode(new Uint8Array(baidi.#exports.memory.buffer, at >>> 0, length));
        },
      },
    });
    baidi.#exports = instance.exports;
    return baidi;
  }

  fix(photo, question = {}) {
    const report = this.#ask('baidi_fix', question, photo);
    const card = this.#part(PICTURE_PART);
    const source = this.#text(SOURCE_PART);
    return { report, source: source ? JSON.parse(source) : null, card: card.length ? card : null, slip: this.#text(SLIP_PART) };
  }

  check(photo, question = {}) {
    const report = this.#ask('baidi_check', question, photo);
    return { report, slip: this.#text(SLIP_PART) };
  }

  glance(photo, question = {}) {
    return { report: this.#ask('baidi_glance', { slip: false, ...question }, photo), slip: null };
  }

  preview(photo) {
    this.#ask('baidi_preview', {}, photo);
    const picture = this.#part(PICTURE_PART);
    return picture.length ? picture : null;
  }

  specs(question = {}) {
    return this.#ask('baidi_specs', question, new Uint8Array());
  }

  get memory() {
    return this.#exports.memory.buffer.byteLength;
  }

  /** Ends the module as a fault inside would. For tests. */
  fault() {
    this.#guarded(() => this.#exports.baidi_fault());
  }

  #ask(name, question, photo) {
    const ending = this.#guarded(() => {
      this.#hand(QUESTION, new TextEncoder().encode(JSON.stringify({ slip: true, ...question })));
      this.#hand(PHOTO, photo);
      return this.#exports[name]();
    });
    const json = this.#text(JSON_PART);
    const answer = json ? JSON.parse(json) : null;
    if (ending === MISUNDERSTOOD) throw new QuestionError(answer.error);
    return answer;
  }

  // A trap leaves the memory as it was in the midst of something: nothing more is asked of it.
  #guarded(work) {
    if (this.#ended) throw this.#ended;
    try {
      return work();
    } catch (cause) {
      this.#ended = new Fault(this.#panic, cause);
      throw this.#ended;
    }
  }

  #hand(which, bytes) {
    const at = this.#exports.baidi_room(which, bytes.length) >>> 0;
    new Uint8Array(this.#exports.memory.buffer, at, bytes.length).set(bytes);
  }

  #part(which) {
    const at = this.#exports.baidi_answer(which) >>> 0;
    return new Uint8Array(this.#exports.memory.buffer, at, this.#exports.baidi_answer_length(which)).slice();
  }

  /** A part as text, `null` where it is empty. */
  #text(which) {
    const bytes = this.#part(which);
    return bytes.length ? new TextDecoder().decode(bytes) : null;
  }
}
