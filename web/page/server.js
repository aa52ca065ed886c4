// The same calls as `engine.js` has, answered by `baidi serve`, which showed the page: at native speed, and nothing to load.

import { Ended, Refused } from './ended.js';
import { InTurn } from './turns.js';

const SECONDS = 120;
const JPEG = { 'content-type': 'application/octet-stream' };

/** Behind the link's `#`, where it is in no request and in no log; kept for as long as the window is. */
function token() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given) sessionStorage.setItem('token', given);
  return given ?? sessionStorage.getItem('token') ?? '';
}

const bytes = (text) => (text ? Uint8Array.from(atob(text), (c) => c.charCodeAt(0)) : null);
const wait = (seconds) => new Promise((over) => setTimeout(over, seconds * 1000));

export class Engine extends InTurn {
  /** Frames go over the wire. */
  own = false;

  async answered(call, { question = {}, photo }) {
    const asked = new URLSearchParams();
    for (const [name, value] of Object.entries(question)) {
      if (value !== undefined && value !== null && value !== '') asked.set(name, String(value));
    }
    if (call === 'specs') return this.#asked(`v1/specs?${asked}`, {});
    if (call === 'check') {
      for (const name of ['keepBackground', 'minBytes', 'maxBytes', 'slip']) asked.delete(name);
      const report = await this.#asked(`v1/check?${asked}`, { method: 'POST', body: photo, headers: JPEG });
      return report.refused ?? { report, slip: null };
    }
    asked.set('slip', 'true');
    asked.set('preview', 'true');
    const fixed = await this.#asked(`v1/fix?${asked}`, { method: 'POST', body: photo, headers: JPEG });
    return fixed.refused ?? { ...fixed, card: bytes(fixed.card), picture: bytes(fixed.preview) };
  }

  async #asked(path, { headers = {}, ...options }) {
    for (;;) {
      const response = await this.#fetched(path, { ...options, headers: { ...headers, authorization: `Bearer ${token()}` } });
      const answer = await response.json();
      if (response.ok) return answer;
      if (response.status === 429) {
        await wait(Number(response.headers.get('retry-after')) || 1);
        continue;
      }
      // A photo that could not be processed is an answer like any other.
      if (answer.report) return { refused: { report: answer.report, source: null, card: null, slip: answer.slip ?? null, picture: bytes(answer.preview) } };
      if (answer.code === 'internal') throw new Ended('panic', answer.detail, SECONDS);
      if (answer.code === 'timed-out') throw new Ended('late', null, answer.values.seconds);
      throw new Refused({ message: answer.detail, hint: answer.hint });
    }
  }

  async #fetched(path, options) {
    try {
      return await fetch(path, { ...options, signal: AbortSignal.timeout(SECONDS * 1000) });
    } catch (error) {
      if (error.name === 'TimeoutError') throw new Ended('late', null, SECONDS);
      throw error;
    }
  }
}
