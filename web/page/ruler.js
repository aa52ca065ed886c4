// What the offices measure, drawn on the card: every line lies where the report says it was measured.

const NS = 'http://www.w3.org/2000/svg';

/** The rules that are drawn, in the order of the legend. */
export const DRAWN = ['face-width', 'hair-top', 'eye-line', 'centring', 'head-share', 'eye-distance', 'chin-to-bottom'];

function element(name, attributes = {}, ...children) {
  const made = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function mapped(placement, [x, y]) {
  if (!placement) return [x, y];
  const [[a, b, c], [d, e, f]] = placement.source_to_card;
  return [a * x + b * y + c, d * x + e * y + f];
}

/** The ruler of a card as SVG; `report` is that of the card, `spec` what it was made for. */
export function ruler(report, spec) {
  const { width, height } = spec;
  const photo = report.photos[0];
  const found = new Map(photo.findings.map((finding) => [finding.rule, finding]));
  const at = (point) => (point ? mapped(photo.placement, point) : null);
  const face = photo.face;
  const svg = element('svg', { viewBox: `0 0 ${width} ${height}`, class: 'ruler', 'aria-hidden': 'true', focusable: 'false' });
  const unit = width / 358;
  // In pixels, whatever the report counts in; what it says beside the line.
  const asked = (rule) => {
    const finding = found.get(rule);
    if (!finding || typeof finding.measured !== 'number') return null;
    const side = ['face-width', 'centring', 'eye-distance'].includes(rule) ? width : height;
    const share = finding.unit === '%';
    const said = `${Math.round(finding.measured * 10) / 10}${share ? ' %' : ''}`;
    return { verdict: finding.verdict, measured: share ? (finding.measured / 100) * side : finding.measured, said };
  };
  const group = (finding, ...parts) => {
    const drawn = element('g', { class: `line ${finding.verdict}` }, ...parts);
    svg.append(drawn);
  };
  const line = (x1, y1, x2, y2) => element('line', { x1, y1, x2, y2, 'stroke-width': 1.5 * unit });
  const text = (x, y, said, anchor = 'start') => element('text', { x, y, 'text-anchor': anchor, 'font-size': 11 * unit, 'stroke-width': 3 * unit }, said);
  const band = (x, y, w, h) => element('rect', { x, y, width: Math.max(w, 0), height: Math.max(h, 0), class: 'band' });
  const range = (rule) => spec.ruler[rule] ?? { min: null, max: null };

  const hair = asked('hair-top');
  const hairAt = hair ? hair.measured : at(face?.hair_top)?.[1];
  const chin = at(face?.chin);
  if (hair) {
    const { min, max } = range('hair-top');
    group(hair, band(0, min ?? 0, width, (max ?? height) - (min ?? 0)), line(0, hairAt, width, hairAt),
      text(4 * unit, Math.max(hairAt - 3 * unit, 11 * unit), hair.said));
  }
  const eye = asked('eye-line');
  if (eye) {
    const y = height - eye.measured;
    const { min, max } = range('eye-line');
    const top = max === null ? 0 : height - max;
    group(eye, element('rect', { x: 0, y: top, width: 5 * unit, height: Math.max(height - (min ?? 0) - top, 0), class: 'band strong' }),
      line(0, y, width, y), text(8 * unit, y - 3 * unit, eye.said));
  }
  const centre = asked('centring');
  if (centre) {
    const { min, max } = range('centring');
    group(centre, band(min ?? 0, 0, (max ?? width) - (min ?? 0), height), line(centre.measured, 0, centre.measured, height),
      text(centre.measured + 4 * unit, height * 0.08, centre.said));
  }
  const wide = asked('face-width');
  if (wide && face) {
    const [left, right] = [at(face.left_ear_root), at(face.right_ear_root)];
    const y = (left[1] + right[1]) / 2;
    const from = (left[0] + right[0] - wide.measured) / 2;
    const to = from + wide.measured;
    const tick = 6 * unit;
    group(wide, line(from, y, to, y), line(from, y - tick, from, y + tick), line(to, y - tick, to, y + tick),
      text(to - 4 * unit, y - 4 * unit, wide.said, 'end'));
  }
  const apart = asked('eye-distance');
  if (apart && face) {
    const [left, right] = [at(face.left_eye), at(face.right_eye)];
    group(apart, line(left[0], left[1], right[0], right[1]), text((left[0] + right[0]) / 2, left[1] - 14 * unit, apart.said, 'middle'));
  }
  const share = asked('head-share');
  if (share && chin && hairAt !== undefined) {
    const x = width - 12 * unit;
    const tick = 6 * unit;
    group(share, line(x, hairAt, x, chin[1]), line(x - tick, hairAt, x + tick, hairAt), line(x - tick, chin[1], x + tick, chin[1]),
      text(x - 4 * unit, chin[1] - 4 * unit, share.said, 'end'));
  }
  const below = asked('chin-to-bottom');
  if (below) {
    const x = 12 * unit;
    group(below, line(x, height - below.measured, x, height), text(x + 4 * unit, height - below.measured / 2, below.said));
  }
  // What a rule saw at a place: wall that was left, a piece that is missing.
  for (const finding of photo.findings) {
    if (!finding.where || !['doubtful', 'fail'].includes(finding.verdict)) continue;
    const [left, top, right, bottom] = finding.where;
    const shown = element('rect', { x: left, y: top, width: right - left, height: bottom - top, rx: 4 * unit, class: 'place', 'stroke-width': 2 * unit });
    group(finding, shown);
  }
  return svg;
}

/** Draws the photo in the card's frame: what lay where the card is now. */
export function drawInFrame(canvas, picture, report) {
  const { placement, source } = report.photos[0];
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  const shrunk = source.width / picture.width;
  const [[a, b, c], [d, e, f]] = placement.source_to_card;
  context.setTransform(a * shrunk, d * shrunk, b * shrunk, e * shrunk, c, f);
  context.drawImage(picture, 0, 0);
}
