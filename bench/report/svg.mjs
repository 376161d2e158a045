// The parts of SVG that the charts need, as text.

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for HTML and SVG, in elements and in attributes. */
export const escape = (text) => String(text).replace(/[&<>"]/g, (char) => ENTITIES[char]);

/** An element. Attributes that are undefined are left out, numbers are rounded; `children` is markup. */
export function tag(name, attributes = {}, ...children) {
  const words = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? round(value) : escape(value)}"`);
  return `<${name}${words.join('')}>${children.flat().join('')}</${name}>`;
}

/** A line of text; `anchor`: start (default), middle or end. */
export const label = (x, y, text, { anchor, kind } = {}) =>
  tag('text', { x, y, 'text-anchor': anchor, class: kind }, escape(text));

/** A straight line. */
export const rule = (x1, y1, x2, y2, kind) => tag('line', { x1, y1, x2, y2, class: kind });

/** The whole picture, as wide as its container, with a text alternative. */
export const picture = (width, height, about, ...children) =>
  tag('svg', { viewBox: `0 0 ${width} ${round(height)}`, role: 'img', 'aria-label': about }, ...children);

/** A function from values between `low` and `high` to places between `from` and `to`. */
export function linear(low, high, from, to) {
  return (value) => from + ((value - low) / (high - low)) * (to - from);
}

/** The same on a logarithmic axis. */
export function logarithmic(low, high, from, to) {
  const place = linear(Math.log(low), Math.log(high), from, to);
  return (value) => place(Math.log(value));
}

/** The powers of ten from `low` to `high`. */
export function decades(low, high) {
  const all = [];
  for (let power = Math.ceil(Math.log10(low) - 1e-9); 10 ** power <= high * (1 + 1e-9); power++)
    all.push(10 ** power);
  return all;
}

const round = (value) => Math.round(value * 100) / 100;
