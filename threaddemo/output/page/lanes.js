// A lane a thread: what it is at as bars, what it does as marks, what it holds below.

import { shape, textWidth } from "./dom.js";
import { known } from "./model.js";
import { DEEDS, glyph, LOCKS, styleOf } from "./signs.js";
import { isBarrier } from "./words.js";

const CLOSE = 5; // pixels between two marks of a kind that can be told apart
const CROWDED = 4; // pixels for each change: if there are fewer, what is drawn is made coarser
const CALM = 18; // pixels between two marks of a kind then

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

  /** The segments with pixels; what is too short to be seen gives way to what lasts longest. */
  merged(segments) {
    const { picture, run, scale } = this;
    const crowded = segments.length > (scale.end - scale.left) / CROWDED;
    const least = crowded ? CROWDED : 1;
    const found = [];
    let few = [];
    const close = () => {
      if (!few.length) return;
      const longest = few.reduce((one, other) => (other.lasts > one.lasts ? other : one));
      picture.folded += few.length - 1;
      found.push({ ...longest, x: few[0].x, end: few.at(-1).end });
      few = [];
    };
    for (const one of segments) {
      const x = Math.max(scale.x(one.from), scale.left);
      const end = one.to >= run.length ? scale.end : Math.min(scale.x(one.to), scale.end);
      if (end - x >= least || (few.length && x - few[0].x >= least)) close();
      few.push({ ...one, x, end, lasts: end - x });
      if (end - x >= least) close();
    }
    close();
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
    const steps = [];
    for (let step = Math.max(scale.from, 1); step <= scale.to; step += 1) {
      const event = run.event(step);
      if (event.thread === id && event.do in DEEDS && this.tells(event)) steps.push(step);
    }
    const crowded = steps.length > (scale.end - scale.left) / CROWDED;
    const placed = { right: -Infinity, last: new Map(), apart: crowded ? CALM : CLOSE };
    placed.isSilent = crowded || this.picture.low; // what few values there is room for tell nothing
    for (const step of steps) this.mark(step, run.event(step), bar, placed);
  }

  /** Whether a deed is news: to read or write what keeps its value is none. */
  tells({ do: deed, object }) {
    return (deed !== "read" && deed !== "write") || this.run.changing.has(object);
  }

  mark(step, event, bar, placed) {
    const { picture, run, scale } = this;
    const x = scale.x(step);
    const lost = run.lost.has(step);
    const kind = lost ? "cross" : DEEDS[event.do].sign;
    if (x - (placed.last.get(kind) ?? -Infinity) < placed.apart) {
      picture.folded += 1;
      return;
    }
    placed.last.set(kind, x);
    const deed = event.do === "set" && isBarrier(run, event) ? "open" : event.do;
    picture.seen.marks.add(lost ? "lost" : deed);
    picture.marks.append(dated(glyph(kind, x, bar.middle), step));
    const label = shortened(event.value);
    const wide = textWidth(label, 11, lost ? 600 : 400);
    const from = Math.min(x - 4, picture.width - wide);
    if (placed.isSilent || !label || from < placed.right + 3) return;
    placed.right = from + wide;
    const name = lost ? "value lost" : "value";
    picture.marks.append(dated(shape("text", { class: name, x: from, y: bar.y - 3 }, label), step));
  }

  /** What goes from lane to lane: a thread preempted by another, an update over another. */
  crossings() {
    const { picture, run, scale } = this;
    const drawn = new Set();
    const once = (kind, x) => {
      const key = `${kind} ${Math.round(x / CLOSE)}`;
      return !drawn.has(key) && drawn.add(key);
    };
    for (let step = Math.max(scale.from, 1); step <= scale.to; step += 1) {
      const event = run.event(step);
      const x = scale.x(step);
      const before = run.lost.get(step)?.over;
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
