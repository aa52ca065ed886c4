// The worker as a function: calls go in, answers come out. A worker that ended, hangs, or holds too much memory is replaced.

import { compile } from './baidi.js';
import { Ended, Refused } from './ended.js';
import { InTurn } from './turns.js';

const SECONDS = 60;
const ENOUGH = 400 * 1024 * 1024;

export class Engine extends InTurn {
  /** Whether it works in this tab, where a frame of a camera costs nothing to hand over. */
  own = true;

  #module = null;
  #worker = null;
  #next = 1;

  async answered(call, options) {
    await this.#ready();
    const { answer, memory } = await this.#post(call, options);
    if (memory > ENOUGH) this.#end();
    return answer;
  }

  async #ready() {
    if (this.#worker) return;
    this.#module ??= fetch('baidi.wasm.gz')
      .then(async (response) => {
        if (!response.ok) throw new Error(`baidi.wasm.gz: ${response.status}`);
        return compile(new Uint8Array(await response.arrayBuffer()));
      })
      .catch((error) => { this.#module = null; throw error; });
    const module = await this.#module;
    this.#worker = new Worker('worker.js', { type: 'module' });
    await this.#post('open', { module });
  }

  #post(call, { transfer = [], ...options }) {
    const worker = this.#worker;
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const over = () => {
        clearTimeout(timer);
        worker.removeEventListener('message', heard);
        worker.removeEventListener('error', failed);
      };
      const heard = ({ data }) => {
        if (data.id !== id) return;
        over();
        if (!data.error) resolve(data);
        else if (data.error.ended) { this.#restart(); reject(new Ended(data.error.panic ? 'panic' : 'memory', data.error.panic, SECONDS)); }
        else reject(new Refused(data.error));
      };
      const failed = (event) => {
        over();
        this.#restart();
        reject(new Ended('panic', event.message ?? 'the worker did not start', SECONDS));
      };
      const timer = setTimeout(() => { over(); this.#restart(); reject(new Ended('late', null, SECONDS)); }, SECONDS * 1000);
      worker.addEventListener('message', heard);
      worker.addEventListener('error', failed);
      worker.postMessage({ id, call, ...options }, transfer);
    });
  }

  #restart() {
    this.restarts += 1;
    this.#end();
  }

  #end() {
    this.#worker?.terminate();
    this.#worker = null;
  }
}
