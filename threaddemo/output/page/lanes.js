// A lane a thread: what it is at as bars, what it does as marks, what it holds below.

import { shape } from "./dom.js";
import { known } from "./model.js";
import { DEEDS, glyph, LOCKS, styleOf } from "./signs.js";

const DIGIT = 6.8; // pixels of a letter in a value, about
const CLOSE = 5; // pixels between two marks of a kind that can be told apart

/** The lanes of a picture. */
export class Lanes {
  constructor(picture) {
    Object.assign(this, { picture, run: picture.run, scale: picture.scale });
    picture.lanes = new Map();
  }

  /** Draw the lanes of some threads from a height on; the value is where they end. */
  draw(threads, top) {
    const { picture, run } = this;
    const above = (picture.narrow ? 14 : 0) + (picture.low ? 2 : 13); // a name, and values
    const height = picture.low ? 10 : 16;
    for (const id of threads) {
      const y = top + above;
      picture.lanes.set(id, { y, height, middle: y + height / 2 });
      picture.name(run.who(id), top + 11, y + height / 2 + 4);
      top = y + height + (picture.locks.length ? 7 : 0) + (picture.low ? 4 : 8);
    }
    for (const id of threads) this.bars(id);
    this.crossings();
    for (const id of threads) this.marks(id);
    return top;
  }

  bars(id) {
    const { run, scale } = this;
    const bar = this.picture.lanes.get(id);
    const inSight = run.segments[id].filter((one) => one.from <= scale.to && one.to >= scale.from);
    for (const segment of this.merged(inSight)) this.bar(segment, bar);
  }

  /** The segments with pixels; those too short to be seen give way to the longest among them. */
  merged(segments) {
    const { picture, run, scale } = this;
    const found = [];
    for (const one of segments) {
      const x = Math.max(scale.x(one.from), scale.left);
      const end = one.to >= run.length ? scale.end : Math.min(scale.x(one.to), scale.end);
      const last = found.at(-1);
      if (last && last.lasts < 1 && Math.floor(last.x) === Math.floor(x)) {
        picture.folded += 1;
        if (end - x >= last.lasts) found[found.length - 1] = { ...one, x: last.x, end, lasts: end - x };
        else last.end = Math.max(last.end, end);
      } else {
        found.push({ ...one, x, end, lasts: end - x });
      }
    }
    return found;
  }

  bar({ x, end, state, holds }, { y, height, middle }) {
    const { picture } = this;
    if (state === "ended") return;
    picture.seen.states.add(state);
    const width = Math.max(end - x, 1);
    const thin = state === "not begun";
    const box = thin ? { y: middle - 1, height: 2 } : { y, height };
    picture.bars.append(shape("rect", { class: `state ${styleOf(state)}`, x, width, ...box }));
    holds.slice(0, LOCKS).forEach((id, at) => {
      picture.seen.locks.add(id);
      const below = { y: y + height + 1 + at * 2, height: holds.length > 1 ? 2 : 5 };
      const name = `lock lock-${picture.locks.indexOf(id) % LOCKS}`;
      picture.bars.append(shape("rect", { class: name, x, width, ...below }));
    });
  }

  marks(id) {
    const { run, scale } = this;
    const bar = this.picture.lanes.get(id);
    const placed = { right: -Infinity, last: new Map() };
    for (let step = Math.max(scale.from, 1); step <= scale.to; step += 1) {
      const event = run.event(step);
      if (event.thread === id && event.do in DEEDS) this.mark(step, event, bar, placed);
    }
  }

  mark(step, event, bar, placed) {
    const { picture, run, scale } = this;
    const x = scale.x(step);
    const lost = run.overwritten.has(step);
    const kind = lost ? "cross" : DEEDS[event.do].sign;
    if (x - (placed.last.get(kind) ?? -Infinity) < CLOSE) {
      picture.folded += 1;
      return;
    }
    placed.last.set(kind, x);
    picture.seen.marks.add(lost ? "lost" : event.do);
    picture.marks.append(dated(glyph(kind, x, bar.middle), step));
    const label = shortened(event.value);
    const wide = label.length * DIGIT;
    const from = Math.min(x - 4, picture.width - wide);
    if (picture.low || !label || from < placed.right + 3) return;
    placed.right = from + wide;
    const name = lost ? "value lost" : "value";
    picture.marks.append(dated(shape("text", { class: name, x: from, y: bar.y - 3 }, label), step));
  }

  /** What goes from lane to lane: a thread preempted by another, an update over another. */
  crossings() {
    const { picture, run, scale } = this;
    const drawn = new Set();
    const once = (kind, x) => !drawn.has(`${kind} ${Math.round(x / CLOSE)}`) && drawn.add(`${kind} ${Math.round(x / CLOSE)}`);
    for (let step = Math.max(scale.from, 1); step <= scale.to; step += 1) {
      const event = run.event(step);
      const x = scale.x(step);
      const before = run.overwritten.get(step);
      if (before !== undefined && once("overwrites", x)) {
        this.join("overwrites", run.event(before).thread, event.thread, scale.x(before), x, step);
      }
      if (known(event.preempts) && once("preempts", x)) {
        picture.seen.preempted = true;
        this.join("preempts", event.preempts, event.thread, x, x, step);
      }
    }
  }

  join(kind, from, to, x1, x2, step) {
    const { lanes, left, marks } = this.picture;
    const [one, other] = [lanes.get(from), lanes.get(to)];
    if (!one || !other) return;
    const ends = { x1: Math.max(x1, left), y1: one.middle, x2, y2: other.middle };
    marks.append(dated(shape("line", { class: kind, ...ends }), step));
    if (kind === "preempts") marks.append(dated(glyph("chevron", x1, one.y + 3), step));
  }
}

/** A mark that knows its step, so that it can be pale before. */
function dated(mark, step) {
  mark.dataset.step = step;
  return mark;
}

/** A value as a label. */
export function shortened(value) {
  const text = known(value) ? String(value) : "";
  return text.length > 10 ? `${text.slice(0, 9)}…` : text;
}
