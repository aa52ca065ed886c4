// The page: photos in a row, one worker, and what came of each.

import { shoot } from './camera.js';
import { Ended, Refused } from './ended.js';
import { DRAWN, drawInFrame, ruler } from './ruler.js';
import { PAPERS, facts, plan, sheet } from './sheet.js';
import { WORDS } from './words.js';
import { zip } from './zip.js';

// `baidi serve` says in the page that it is to be asked; any other server shows the page with the module.
const served = document.querySelector('meta[name="baidi-server"]') !== null;
const near = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(location.hostname);
const { Engine } = await import(served ? './server.js' : './engine.js');

const $ = (id) => document.getElementById(id);
const engine = new Engine();
const photos = [];
let language = navigator.languages?.[0]?.toLowerCase().startsWith('zh') ? 'zh' : 'en';
const asked = new URLSearchParams(location.search).get('lang');
if (asked in WORDS) language = asked;
let say = words();
let known = { baidi: '', specs: [], rules: {} };
let listed = [];
let chosen = null;
let shown = null;
let running = false;
let ready = Promise.resolve();
let rulerShown = true;

// A node; texts only, so that no file's name becomes markup.
function make(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made && key !== 'list') made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ''));
  return made;
}

/** The page's words; of where photos go it says what is true here. */
function words() {
  const { atServer, ...own } = WORDS[language];
  return served ? { ...own, ...atServer(near ? null : location.host) } : own;
}

const specOf = (name) => known.specs.find((spec) => spec.name === name);

// ---- words

async function speak() {
  say = words();
  document.documentElement.lang = say.tag;
  document.title = say.title;
  for (const node of document.querySelectorAll('[data-say]')) node.textContent = say[node.dataset.say];
  $('language').textContent = say.other;
  $('language').lang = WORDS[language === 'zh' ? 'en' : 'zh'].tag;
  $('wanted').placeholder = say.wantedHint;
  try {
    known = await engine.call('specs', { question: { language } });
    $('version').textContent = `baidi ${known.baidi}`;
    $('trouble').hidden = true;
    await search();
  } catch (error) {
    $('trouble').hidden = false;
    $('trouble').textContent = error instanceof Refused ? `${capital(error.message)}. ${capital(error.hint ?? '')}` : `${say.broken}${error.message}. ${say.reload}`;
  }
  list();
}

// ---- which spec

async function search() {
  const wanted = $('wanted').value.trim();
  const found = wanted ? (await engine.call('specs', { question: { language, wanted } })).specs : known.specs;
  if (wanted !== $('wanted').value.trim()) return;
  listed = found.length ? found : known.specs;
  $('found').textContent = wanted ? say.found(found.length) : '';
  const before = chosen;
  if (!chosen || (wanted && found.length && !found.some((spec) => spec.name === chosen))) chosen = listed[0].name;
  if (!listed.some((spec) => spec.name === chosen)) listed = [specOf(chosen), ...listed];
  const number = new Intl.NumberFormat(say.tag);
  const window = ({ minBytes, maxBytes }) => (minBytes > 1 ? `${number.format(minBytes)}–${number.format(maxBytes)}` : `≤ ${number.format(maxBytes)}`);
  $('spec').replaceChildren(...listed.map((spec) =>
    make('option', { value: spec.name, selected: spec.name === chosen }, `${spec.title} · ${spec.width}×${spec.height} · ${window(spec)} ${say.bytes}`)));
  limits();
  if (before && before !== chosen) again();
}

function limits() {
  const spec = specOf(chosen);
  $('min').placeholder = spec.minBytes;
  $('max').placeholder = spec.maxBytes;
  $('keep').disabled = spec.editing !== 'any';
}

const wish = () => ({
  language,
  spec: chosen,
  keepBackground: $('keep').checked,
  ...($('min').value ? { minBytes: Number($('min').value) } : {}),
  ...($('max').value ? { maxBytes: Number($('max').value) } : {}),
});

// ---- the row of photos

function take(files) {
  const taken = [...files];
  for (const file of taken) photos.push({ file, state: 'waiting', turn: 0 });
  if (taken.length) {
    if (!shown || shown.state !== 'working') shown = photos[photos.length - taken.length];
    list();
    run();
  }
}

/** Another spec, another window: every photo anew. */
function again() {
  for (const photo of photos) {
    photo.turn += 1;
    photo.state = 'waiting';
  }
  list();
  run();
}

async function run() {
  if (running) return;
  running = true;
  // A photo may be there before the program is.
  await ready;
  for (;;) {
    const photo = photos.find((one) => one.state === 'waiting');
    if (!photo) break;
    const { turn } = photo;
    photo.state = 'working';
    list();
    const result = await processed(photo.file, wish());
    if (photo.turn !== turn) continue;
    Object.assign(photo, { state: 'done', result });
    list();
  }
  running = false;
}

async function processed(file, question) {
  if (!question.spec) return { failed: { title: $('trouble').textContent } };
  let bytes;
  try {
    bytes = await file.arrayBuffer();
  } catch {
    return { failed: { title: say.unreadable } };
  }
  const order = { ...question, name: file.name || 'photo.png' };
  try {
    let fixed = await engine.call('fix', { photo: bytes, question: order, transfer: [bytes] });
    if (fixed.report.photos[0].error?.code.includes('unsupported-format')) fixed = (await byBrowser(file, order)) ?? fixed;
    return { ...fixed, spec: specOf(question.spec) };
  } catch (error) {
    return { failed: trouble(error, file) };
  }
}

/** What baidi cannot read here and the browser can, such as AVIF. */
async function byBrowser(file, question) {
  try {
    const picture = await createImageBitmap(file);
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const context = canvas.getContext('2d');
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(picture, 0, 0);
    const png = await canvas.convertToBlob({ type: 'image/png' });
    const bytes = await png.arrayBuffer();
    const fixed = await engine.call('fix', { photo: bytes, question, transfer: [bytes] });
    return { ...fixed, byBrowser: true };
  } catch {
    return null;
  }
}

function trouble(error, file) {
  if (error instanceof Refused) return { title: error.message, hint: error.hint };
  if (error instanceof Ended && error.kind === 'late') return { title: say.late(error.seconds) };
  if (error instanceof Ended && error.kind === 'memory') return { title: say.memory, send: about(error, file) };
  if (error instanceof Ended) return { title: say.fault, send: about(error, file) };
  return { title: `${say.broken}${error.message}`, hint: say.reload };
}

function about(error, file) {
  return [`baidi ${known.baidi}`, error.panic ?? error.kind, `spec ${chosen}`, `${file.type || '?'}, ${file.size} bytes`, navigator.userAgent].join('\n');
}

const statusOf = ({ result }) => (result.failed ? 'failed' : result.report.photos[0].status);
const cardName = ({ file, result }) => result.report.photos[0].output ?? file.name;

function list() {
  $('queue').hidden = photos.length === 0;
  const done = photos.filter((photo) => photo.state === 'done');
  $('progress').max = photos.length || 1;
  $('progress').value = done.length;
  const count = say.count(done.length, photos.length);
  if ($('count').textContent !== count) $('count').textContent = count;
  const focused = [...$('photos').children].findIndex((item) => item.contains(document.activeElement));
  $('photos').replaceChildren(...photos.map((photo) => {
    const status = photo.state === 'done' ? statusOf(photo) : photo.state;
    const label = photo.state === 'done' ? say.status[status] : say[photo.state];
    const button = make('button', { type: 'button', className: `photo ${status}` },
      make('span', { className: 'name' }, photo.file.name || 'photo'), make('span', { className: 'status' }, label));
    if (photo === shown) button.setAttribute('aria-current', 'true');
    button.addEventListener('click', () => { shown = photo; list(); $('result').focus({ preventScroll: true }); $('result').scrollIntoView({ block: 'start' }); });
    return make('li', {}, button);
  }));
  if (focused >= 0) $('photos').children[focused]?.querySelector('button').focus();
  const cards = done.filter((photo) => photo.result.card);
  $('zip').hidden = cards.length < 1;
  $('zip').textContent = say.zip(cards.length);
  papers(cards);
  const slips = done.filter((photo) => photo.result.slip);
  $('slips').hidden = slips.length < 1;
  $('slips').textContent = say.slips(slips.length);
  show();
}

/** The papers that take cards of the spec's size, and how many; none where the spec names no size on paper. */
function papers(cards) {
  const size = specOf(chosen)?.print;
  const fitting = size && cards.length ? Object.entries(PAPERS).filter(([, sides]) => plan(sides, size)) : [];
  $('print').hidden = fitting.length < 1;
  const before = $('paper').value || '6in';
  const key = `${chosen} ${language} ${fitting.length}`;
  // A list that is open stays as it is.
  if ($('paper').dataset.of === key) return;
  $('paper').dataset.of = key;
  $('paper').replaceChildren(...fitting.map(([name, sides]) =>
    make('option', { value: name, selected: name === before }, `${say.papers[name]} · ${sides.join('×')} mm · ${say.places(plan(sides, size).slots.length)}`)));
}

/** A card as a PDF takes it: the file itself, or, where not every reader shows it alike, what the browser sees in it. */
async function onPaper(card) {
  const known = facts(card);
  if (known?.plain) return { ...known, bytes: card };
  const bitmap = await createImageBitmap(new Blob([card], { type: 'image/jpeg' }));
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext('2d').drawImage(bitmap, 0, 0);
  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 })).arrayBuffer());
  return { ...facts(bytes), bytes };
}

// ---- one photo

let drawn = null;
const urls = [];

/** An address for bytes that are in sight; it ends when another photo is shown. */
function address(bytes, type) {
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  urls.push(url);
  return url;
}

function show() {
  const section = $('result');
  section.hidden = !shown;
  if (!shown) { drawn = null; return; }
  const key = shown.state === 'done' ? shown.result : shown.state;
  if (drawn?.photo === shown && drawn.key === key && drawn.language === language) return;
  drawn = { photo: shown, key, language };
  for (const url of urls.splice(0)) URL.revokeObjectURL(url);
  section.setAttribute('aria-busy', String(shown.state !== 'done'));
  if (shown.state !== 'done') {
    const what = chosen ? say[shown.state] : say.loading;
    section.replaceChildren(make('h2', { id: 'headline' }, shown.file.name || 'photo'), make('p', { className: 'busy' }, what));
    return;
  }
  section.replaceChildren(...(shown.result.failed ? failure(shown.result.failed) : outcome(shown)));
}

function badge(status) {
  return make('span', { className: `badge ${status}` }, say.status[status]);
}

function failure({ title, hint, send }) {
  const parts = [make('h2', { id: 'headline', className: 'failed' }, badge('failed'), ' ', title)];
  if (hint) parts.push(make('p', {}, hint));
  if (send) {
    const copy = make('button', { type: 'button' }, say.copy);
    copy.addEventListener('click', async () => { await navigator.clipboard.writeText(send); copy.textContent = say.copied; });
    parts.push(make('p', {}, say.send), make('pre', { tabIndex: 0 }, send), copy);
  }
  return parts;
}

// Advice that names commands is for the program in a terminal.
const advice = (hint) => (hint && !/baidi (fix|check|--)|--[a-z]/.test(hint) ? hint : null);
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

function outcome(photo) {
  const { report, source, card, picture } = photo.result;
  const said = report.photos[0];
  const name = photo.file.name || 'photo';
  const parts = [];

  // The first line: what it comes to, and why.
  if (said.error) {
    parts.push(make('h2', { id: 'headline', className: 'failed' }, badge('failed'), ' ', capital(said.error.message)));
    const todo = advice(said.error.hint);
    if (todo) parts.push(make('p', { className: 'todo' }, make('strong', {}, `${say.toDo}: `), capital(todo)));
    parts.push(make('p', {}, say.none));
  } else {
    const wrong = said.findings.filter((finding) => finding.verdict === 'fail' || (said.status === 'review' && finding.verdict === 'doubtful'));
    const first = said.status === 'compliant' ? null : wrong[0];
    parts.push(make('h2', { id: 'headline', className: said.status }, badge(said.status), ' ', first ? capital(first.message) : say.card));
    const todo = first && advice(first.hint);
    if (todo) parts.push(make('p', { className: 'todo' }, make('strong', {}, `${say.toDo}: `), capital(todo)));
    parts.push(yours(source.photos[0], said));
  }

  if (card) {
    const url = address(card, 'image/jpeg');
    parts.push(make('div', { className: 'side' }, stage(url, name, photo.result), beside(photo, url)));
  } else if (picture) {
    parts.push(make('img', { src: address(picture, 'image/jpeg'), alt: say.sourceAlt(name), className: 'whole' }));
  }
  if (!said.error) {
    parts.push(table(say.findingsCard, said.findings, (finding) => advice(finding.hint), true));
    const card = new Map(said.findings.map((finding) => [finding.rule, finding.verdict]));
    const mended = (finding) => (finding.verdict === 'fail' && card.get(finding.rule) === 'pass' ? say.mended : advice(finding.hint));
    parts.push(table(say.findingsSource, source.photos[0].findings, mended, false));
    parts.push(sentences(say.edits, said.edits));
  }
  const notes = photo.result.byBrowser ? [...said.notes, { message: say.browserRead }] : said.notes;
  parts.push(sentences(say.notes, notes));
  if (report.receipt && card) parts.push(make('section', {}, make('h3', {}, say.receipt), make('p', { className: 'small' }, report.receipt.message)));
  return parts.filter(Boolean);
}

/** What was wrong with the photo itself, and whether it still is. */
function yours(source, said) {
  const wrong = source.findings.filter((finding) => finding.verdict === 'fail');
  const line = make('p', { className: 'yours' }, `${say.yours}: `, badge(source.status), ' ');
  if (!wrong.length) return line;
  const verdicts = new Map(said.findings.map((finding) => [finding.rule, finding.verdict]));
  const [first] = wrong;
  const still = verdicts.get(first.rule) === 'fail';
  line.append(capital(first.message), make('em', { className: still ? 'fail' : 'pass' }, ` (${still ? say.left : say.mended})`));
  if (wrong.length > 1) line.append(` ${say.yoursMore(wrong.length - 1)}`);
  return line;
}

/** The card over the photo, the slider, and the ruler. */
function stage(url, name, { report, spec, picture }) {
  const card = make('img', { src: url, alt: say.cardAlt(name), width: spec.width, height: spec.height, className: 'card' });
  const pane = make('div', { className: 'pane' });
  pane.style.aspectRatio = `${spec.width} / ${spec.height}`;
  const placed = picture && report.photos[0].placement;
  if (placed) {
    const canvas = make('canvas', { width: spec.width, height: spec.height, role: 'img', 'aria-label': say.sourceAlt(name) });
    createImageBitmap(new Blob([picture], { type: 'image/jpeg' })).then((bitmap) => { drawInFrame(canvas, bitmap, report); bitmap.close(); }, () => {});
    pane.append(canvas);
  }
  pane.append(card);
  const lines = ruler(report, spec);
  lines.classList.toggle('away', !rulerShown);
  pane.append(lines);
  const figure = make('figure', {}, pane);
  if (placed) {
    const slider = make('input', { type: 'range', min: 0, max: 100, value: 0, step: 1, 'aria-label': say.compare });
    const cut = () => {
      pane.style.setProperty('--cut', `${slider.value}%`);
      slider.setAttribute('aria-valuetext', say.compareValue(slider.value));
    };
    slider.addEventListener('input', cut);
    cut();
    figure.append(make('div', { className: 'slider' }, make('span', { 'aria-hidden': 'true' }, say.after), slider, make('span', { 'aria-hidden': 'true' }, say.before)));
  }
  const box = make('input', { type: 'checkbox', checked: rulerShown });
  box.addEventListener('change', () => { rulerShown = box.checked; lines.classList.toggle('away', !rulerShown); });
  figure.append(make('label', { className: 'check' }, box, ` ${say.showRuler}`));
  return figure;
}

const number = (value) => new Intl.NumberFormat(say.tag, { maximumFractionDigits: 1 }).format(value);

function measure(finding) {
  const { measured, unit } = finding;
  if (measured === null) return '–';
  const value = Array.isArray(measured) ? measured.map(number).join('×')
    : typeof measured === 'number' ? new Intl.NumberFormat(say.tag, { maximumFractionDigits: Math.abs(measured) < 2 ? 3 : 1 }).format(measured)
      : measured;
  return unit ? `${value} ${unit === 'bytes' ? say.bytes : unit}` : value;
}

const MARK = { pass: '✓', unknown: '·', doubtful: '?', fail: '✗' };

/** Download, and the ruler's numbers. */
function beside(photo, url) {
  const { report } = photo.result;
  const said = report.photos[0];
  const save = make('a', { href: url, download: cardName(photo), className: 'button' }, `${say.save} (${number(said.jpeg.bytes)} ${say.bytes})`);
  const json = address(JSON.stringify(report, null, 2), 'application/json');
  const stem = cardName(photo).replace(/\.[^.]*$/, '');
  const saveReport = make('a', { href: json, download: `${stem}.json` }, say.saveReport);
  const byRule = new Map(said.findings.map((finding) => [finding.rule, finding]));
  const rows = DRAWN.map((rule) => byRule.get(rule)).filter((finding) => finding && finding.measured !== null);
  const legend = make('table', { className: 'legend' }, make('caption', {}, say.ruler),
    make('thead', {}, make('tr', {}, ...[say.rule, say.measured, say.required, say.verdictHead].map((text) => make('th', { scope: 'col' }, text)))),
    make('tbody', {}, ...rows.map((finding) => make('tr', { className: finding.verdict },
      make('th', { scope: 'row' }, known.rules[finding.rule] ?? finding.rule),
      make('td', {}, measure(finding)), make('td', {}, finding.required ?? '–'),
      make('td', { className: 'mark' }, `${MARK[finding.verdict]} ${say.verdict[finding.verdict]}`)))));
  return make('div', { className: 'beside' }, make('p', {}, save), make('p', {}, saveReport), make('div', { className: 'wide', tabIndex: 0, role: 'region', 'aria-label': say.ruler }, legend));
}

/** Findings as the report has them: what is wrong in sight, the rest to be opened. */
function table(title, findings, todo, open) {
  const item = (finding) => {
    const numbers = [finding.measured !== null ? `${say.measured} ${measure(finding)}` : null, finding.required ? `${say.required} ${finding.required}${finding.unit && !['bytes', ''].includes(finding.unit) ? ` ${finding.unit}` : ''}` : null];
    const advised = finding.verdict === 'pass' || finding.verdict === 'unknown' ? null : todo(finding);
    return make('li', { className: finding.verdict },
      make('p', {}, make('span', { className: 'mark' }, `${MARK[finding.verdict]} `, make('span', { className: 'hidden' }, `${say.verdict[finding.verdict]}: `)),
        make('strong', {}, known.rules[finding.rule] ?? finding.rule), ' ', capital(finding.message)),
      advised ? make('p', { className: 'advice' }, `→ ${capital(advised)}`) : null,
      make('p', { className: 'small' }, numbers.filter(Boolean).join(' · '), finding.clause ? ` · ${finding.clause}` : ''));
  };
  const of = (...verdicts) => findings.filter((finding) => verdicts.includes(finding.verdict));
  const group = (label, some) => (some.length ? make('details', {}, make('summary', {}, label), make('ul', { className: 'findings' }, ...some.map(item))) : null);
  const wrong = of('fail', 'doubtful');
  const inside = [
    wrong.length ? make('ul', { className: 'findings' }, ...wrong.map(item)) : null,
    group(say.passes(of('pass').length), of('pass')),
    group(say.unknowns(of('unknown').length), of('unknown')),
  ];
  if (open) return make('section', {}, make('h3', {}, title), ...inside);
  return make('details', { className: 'source' }, make('summary', {}, make('h3', {}, title)), ...inside);
}

function sentences(title, said) {
  return said.length ? make('section', {}, make('h3', {}, title), make('ul', { className: 'small' }, ...said.map(({ message }) => make('li', {}, capital(message))))) : null;
}

// ---- what people do

function save(bytes, type, name) {
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  make('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

$('zip').addEventListener('click', () => {
  const cards = photos.filter((photo) => photo.state === 'done' && photo.result.card);
  save(zip(cards.map((photo) => ({ name: cardName(photo), bytes: photo.result.card }))), 'application/zip', 'baidi.zip');
});
// One page with all slips, to print and cut: the first one's head and foot, and what stands in the middle of each.
$('slips').addEventListener('click', () => {
  const pages = photos.filter((photo) => photo.state === 'done' && photo.result.slip).map((photo) => photo.result.slip.split(/(?<=<main>)|(?=<\/main>)/));
  save([pages[0][0], ...pages.map((page) => page[1]), pages[0][2]].join(''), 'text/html;charset=utf-8', 'retake.html');
});
$('sheet').addEventListener('click', async () => {
  const { print } = specOf(chosen);
  const cards = await Promise.all(photos.filter((photo) => photo.state === 'done' && photo.result.card).map((photo) => onPaper(photo.result.card)));
  // Cards of one shape only: a photo that had to stay as it is would be stretched.
  const suits = ({ width, height }) => Math.abs((width / height) / (print.width / print.height) - 1) <= 0.02;
  const bytes = sheet(cards.filter(suits), PAPERS[$('paper').value], print);
  if (bytes) save(bytes, 'application/pdf', 'baidi.pdf');
});
$('clear').addEventListener('click', () => {
  for (const photo of photos) photo.turn += 1;
  photos.length = 0;
  shown = null;
  list();
  $('files').focus();
});
for (const id of ['files', 'shoot']) {
  $(id).addEventListener('change', () => { take($(id).files); $(id).value = ''; });
}
$('language').addEventListener('click', async () => {
  language = language === 'zh' ? 'en' : 'zh';
  ready = speak();
  await ready;
  again();
});
$('camera').hidden = !navigator.mediaDevices?.getUserMedia;
$('camera').addEventListener('click', async () => {
  await ready;
  if (!chosen) return;
  const file = await shoot({ dialog: $('booth'), engine, question: { ...wish(), name: 'camera.jpg', slip: false }, spec: specOf(chosen), say, advice });
  if (file) take([file]);
});
let typed = 0;
$('wanted').addEventListener('input', () => { clearTimeout(typed); typed = setTimeout(() => search().catch(() => {}), 200); });
$('spec').addEventListener('change', () => { chosen = $('spec').value; limits(); again(); });
for (const id of ['min', 'max', 'keep']) $(id).addEventListener('change', again);

addEventListener('dragover', (event) => { event.preventDefault(); $('drop').classList.add('over'); });
addEventListener('dragleave', (event) => { if (!event.relatedTarget) $('drop').classList.remove('over'); });
addEventListener('drop', (event) => {
  event.preventDefault();
  $('drop').classList.remove('over');
  take(event.dataTransfer.files);
});
addEventListener('paste', (event) => { if (event.clipboardData?.files.length) { event.preventDefault(); take(event.clipboardData.files); } });

if (!served) navigator.serviceWorker?.register('sw.js').catch(() => {});
ready = speak();
