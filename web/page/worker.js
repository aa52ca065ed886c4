// Runs baidi beside the page. One call at a time; a fault ends this worker, and the page starts another.

import { Baidi, Fault } from './baidi.js';

let baidi = null;

function answer({ call, photo, question }) {
  const bytes = photo ? new Uint8Array(photo) : undefined;
  switch (call) {
    case 'fix': {
      const fixed = baidi.fix(bytes, question);
      return { ...fixed, picture: baidi.preview(bytes) };
    }
    case 'check':
      return baidi.check(bytes, question);
    case 'glance':
      return baidi.glance(bytes, question);
    case 'specs':
      return baidi.specs(question);
    case 'fault':
      return baidi.fault();
    default:
      throw new TypeError(`no call ${call}`);
  }
}

addEventListener('message', async ({ data }) => {
  const { id, call } = data;
  try {
    if (call === 'open') {
      baidi = await Baidi.open(data.module);
      postMessage({ id, answer: true });
      return;
    }
    const said = answer(data);
    const buffers = [said?.card, said?.picture].filter(Boolean).map((bytes) => bytes.buffer);
    postMessage({ id, answer: said, memory: baidi.memory }, buffers);
  } catch (error) {
    const ended = error instanceof Fault;
    postMessage({ id, error: { message: String(error.message ?? error), hint: error.hint ?? null, ended, panic: ended ? error.panic : null } });
  }
});
