// The camera, with what `check` says of each frame: one sentence at a time, and the picture when everything holds for half a second.

import { bitmap } from './bitmap.js';

/** What the sitter can mend, before the camera. Size, bytes and background are the card's business. */
const SITTING = new Set(['one-face', 'face-covered', 'eyes-open', 'gaze', 'yaw', 'pitch', 'roll', 'mouth', 'glasses', 'hair-over-face', 'ears', 'headwear',
  'sharpness', 'exposure', 'face-light', 'hot-spots', 'colour-cast', 'black-and-white', 'red-eye']);
const HOLD = 500;
const BEST_OF = 3;

const middle = ([ax, ay], [bx, by]) => [(ax + bx) / 2, (ay + by) / 2];
const within = ({ min, max }, share) => (min === null || max === null ? null : min + share * (max - min));

/** Where the card would be cut from the frame, and what of it sticks out; a word of the page, or `null` where it fits. */
export function framing({ face, source, findings }, spec) {
  const { ruler, width, height } = spec;
  const small = findings.find(({ rule }) => rule === 'source-size');
  if (small && ['fail', 'doubtful'].includes(small.verdict)) return 'nearer';
  const across = Math.hypot(face.right_ear_root[0] - face.left_ear_root[0], face.right_ear_root[1] - face.left_ear_root[1]);
  // The smallest card's face that is surely accepted: it takes the most room.
  const wide = ruler['face-width'] ? (within(ruler['face-width'], 0.15) ?? width * 0.5) : width * 0.5;
  const scale = across / wide;
  const [x, y] = middle(face.left_eye, face.right_eye);
  const eyes = (ruler['eye-line'] && within(ruler['eye-line'], 0.5)) ?? height * 0.61;
  const [left, right] = [x - (width / 2) * scale, x + (width / 2) * scale];
  const [top, bottom] = [y - (height - eyes) * scale, y + eyes * scale];
  const out = { left: left < 0, right: right > source.width, top: top < 0, bottom: bottom > source.height };
  if ((out.left && out.right) || (out.top && out.bottom)) return 'back';
  // The picture's left is the sitter's right.
  if (out.left) return 'toLeft';
  if (out.right) return 'toRight';
  if (out.top) return 'lower';
  return out.bottom ? 'higher' : null;
}

/** The one sentence for a frame; `null` where everything holds. */
export function sentence(photo, spec, say, advice) {
  if (photo.error) return photo.error.message;
  if (!photo.face) return say.sit;
  const frame = framing(photo, spec);
  if (frame) return say[frame];
  const wrong = photo.findings.find(({ rule, verdict }) => SITTING.has(rule) && (verdict === 'fail' || verdict === 'doubtful'));
  return wrong ? (advice(wrong.hint) ?? wrong.message) : null;
}

const sharp = ({ findings }) => {
  const found = findings.find(({ rule }) => rule === 'sharpness');
  return typeof found?.measured === 'number' ? found.measured : -Infinity;
};

const photograph = (canvas) => new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.95));

/**
 * What is said of one frame after another. Where the engine is this page's own, every frame is glanced at; only what passes is looked at in full, for what is worn and what takes
 * the sitter's outline: when a row of frames that hold begins, and, while that look has something to say, after twice the time it took, so that the rest of the time goes into glances.
 */
class Watch {
  #engine; #question; #say;
  #wrong; // what the last full look said, `null` where nothing was wrong; `undefined` where there was none since the sitter moved
  #next = 0;

  constructor(engine, question, say) {
    this.#engine = engine;
    this.#question = question;
    this.#say = say;
  }

  /** What is wrong in `frame`, a function that gives its bytes anew, `null` where nothing is; and how sharp it is. */
  async looked(frame) {
    const glance = await this.#asked(this.#engine.own ? 'glance' : 'check', await frame());
    if (!this.#engine.own || glance.wrong) {
      // Who moved is looked at anew.
      if (glance.wrong) this.#wrong = undefined;
      return glance;
    }
    if (this.#wrong === undefined || (this.#wrong && performance.now() >= this.#next)) {
      const started = performance.now();
      const full = await this.#asked('check', await frame());
      this.#wrong = full.wrong;
      this.#next = performance.now() + 2 * (performance.now() - started);
    }
    return { ...glance, wrong: this.#wrong };
  }

  async #asked(call, bytes) {
    const answer = await this.#engine.call(call, { photo: bytes, question: this.#question, transfer: [bytes] }).catch(() => null);
    const photo = answer?.report.photos[0];
    return { wrong: this.#say(photo), sharpness: photo?.findings ? sharp(photo) : -Infinity };
  }
}

/** Opens the camera in `dialog`; gives the picture's file, or `null` where the sitter went away. */
export async function shoot({ dialog, engine, question, spec, say, advice }) {
  const video = dialog.querySelector('video');
  const said = dialog.querySelector('[role=status]');
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const pixels = () => bitmap(context.getImageData(0, 0, canvas.width, canvas.height));
  const tell = (text) => { if (said.textContent !== text) said.textContent = text; };
  tell(say.starting);
  dialog.showModal();
  let stream = null, over = false, pressed = false;
  const closed = new Promise((resolve) => dialog.addEventListener('close', () => { over = true; resolve(); }, { once: true }));
  const press = () => { pressed = true; };
  const trigger = dialog.querySelector('.shutter');
  trigger.addEventListener('click', press);
  dialog.dataset.frames = 0;
  delete dialog.dataset.first;
  let picture = null;
  try {
    // While the camera opens: the first look takes the networks in, and has the browser make them fast.
    if (engine.own) engine.call('glance', { photo: pixels(), question }).catch(() => {});
    stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: 'user', width: { ideal: 1920 }, height: { ideal: 1080 } } });
    video.srcObject = stream;
    await Promise.race([video.play(), closed]);
    const opened = performance.now();
    const watch = new Watch(engine, question, (photo) => (photo ? sentence(photo, spec, say, advice) : say.sit));
    const frame = async () => (engine.own ? pixels() : (await photograph(canvas)).arrayBuffer());
    let held = [];
    while (!over && !picture) {
      if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) {
        await new Promise((wait) => setTimeout(wait, 50));
        continue;
      }
      canvas.width = video.videoWidth;
      canvas.height = video.videoHeight;
      context.drawImage(video, 0, 0);
      const at = performance.now();
      if (pressed) { picture = await photograph(canvas); break; }
      const { wrong, sharpness } = await watch.looked(frame);
      dialog.dataset.frames = Number(dialog.dataset.frames) + 1;
      dialog.dataset.first ??= Math.round(performance.now() - opened);
      if (over) break;
      dialog.classList.toggle('holds', !wrong);
      tell(wrong ?? say.hold);
      held = wrong ? [] : [...held, { at, blob: await photograph(canvas), sharpness }].slice(-12);
      if (held.length >= BEST_OF && performance.now() - held[0].at >= HOLD) {
        picture = held.slice(-BEST_OF).reduce((best, one) => (one.sharpness > best.sharpness ? one : best)).blob;
      }
    }
  } catch (error) {
    tell(`${say.noCamera} ${error.name}`);
    await closed;
  } finally {
    stream?.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
    trigger.removeEventListener('click', press);
    dialog.classList.remove('holds');
    if (dialog.open) dialog.close();
  }
  if (!picture) return null;
  const stamp = new Date().toISOString().slice(0, 19).replace(/[:T]/g, '-');
  return new File([picture], `camera-${stamp}.jpg`, { type: 'image/jpeg' });
}
