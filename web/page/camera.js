// The camera, with what `check` says of each frame: one sentence at a time, and the picture when everything holds for half a second.

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

/** Opens the camera in `dialog`; gives the picture's file, or `null` where the sitter went away. */
export async function shoot({ dialog, engine, question, spec, say, advice }) {
  const video = dialog.querySelector('video');
  const said = dialog.querySelector('[role=status]');
  const canvas = document.createElement('canvas');
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
    stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: 'user', width: { ideal: 1920 }, height: { ideal: 1080 } } });
    video.srcObject = stream;
    await Promise.race([video.play(), closed]);
    const opened = performance.now();
    let held = [];
    while (!over && !picture) {
      if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) {
        await new Promise((wait) => setTimeout(wait, 50));
        continue;
      }
      canvas.width = video.videoWidth;
      canvas.height = video.videoHeight;
      canvas.getContext('2d', { willReadFrequently: true }).drawImage(video, 0, 0);
      const at = performance.now();
      const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.95));
      if (pressed) { picture = blob; break; }
      const bytes = await blob.arrayBuffer();
      const checked = await engine.call('check', { photo: bytes, question, transfer: [bytes] }).catch(() => null);
      dialog.dataset.frames = Number(dialog.dataset.frames) + 1;
      dialog.dataset.first ??= Math.round(performance.now() - opened);
      if (over) break;
      const photo = checked?.report.photos[0];
      const wrong = photo ? sentence(photo, spec, say, advice) : say.sit;
      dialog.classList.toggle('holds', !wrong);
      tell(wrong ?? say.hold);
      held = wrong ? [] : [...held, { at, blob, sharpness: sharp(photo) }].slice(-12);
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
