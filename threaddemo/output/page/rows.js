// Below the lanes: how many a queue holds, and what the value of a variable is.

import { shape, textWidth } from "./dom.js";
import { shortened } from "./lanes.js";
import { known } from "./model.js";

const NARROWEST = 2; // pixels between two changes that are drawn
const HEIGHT = 18; // pixels of the deepest queue

/** The rows of a picture that are nobody's. */
export class Rows {
  constructor(picture) {
    Object.assign(this, { picture, run: picture.run, scale: picture.scale });
  }

  /** Draw the rows from a height on; the value is where they end. */
  draw(queues, variables, top) {
    for (const id of queues) top = this.depths(id, this.row(id, top + 6));
    for (const id of variables) top = this.values(id, this.row(id, top + 6));
    return top;
  }

  /** A row's name; the value is the height at which it begins. */
  row(id, top) {
    const { narrow } = this.picture;
    const y = narrow ? top + 14 : top;
    this.picture.name(this.run.what(id), top + 11, y + 14);
    return y;
  }

  depths(id, y) {
    const moved = (deed, now) => Math.max(now + (deed === "put" ? 1 : -1), 0);
    const next = (event, now) => event.depth ?? moved(event.do, now);
    // Where there is room for one only, it is the fullest that tells what went on.
    const changes = this.changes(id, ["put", "get"], 0, next, Math.max);
    const most = Math.max(...changes.map((one) => one.value), 1);
    for (const { x, end, value } of changes) {
      const height = (HEIGHT * value) / most;
      const box = { x, y: y + HEIGHT - height, width: Math.max(end - x, 1), height };
      this.picture.bars.append(shape("rect", { class: "depth", ...box }));
      this.label(`${value}`, x, end, y);
    }
    return y + HEIGHT + 2;
  }

  values(id, y) {
    const next = (event) => event.value;
    const later = (_, now) => now;
    for (const { x, end, value } of this.changes(id, ["write", "read"], null, next, later)) {
      const d = `M${x},${y + 3} V${y + HEIGHT} H${end}`;
      this.picture.bars.append(shape("path", { class: "held", d }));
      this.label(shortened(value), x, end, y);
    }
    return y + HEIGHT + 2;
  }

  label(text, x, end, y) {
    if (end - x < textWidth(text, 11, 400) + 6) return;
    this.picture.bars.append(shape("text", { class: "value", x: x + 4, y: y + 14 }, text));
  }

  /**
   * What becomes of a value: pixels from and to, and the value in between, where it is known.
   *
   * @param next the value after an event, by the event and the value before it.
   * @param which of two values that are too close together the one that is drawn.
   */
  changes(id, deeds, now, next, which) {
    const { picture, run, scale } = this;
    const found = [];
    const close = (end) => {
      const last = found.at(-1);
      if (!last) return;
      last.end = end;
      if (last.after === undefined || last.after === last.value) return;
      last.end = Math.min(last.x + NARROWEST, end);
      found.push({ x: last.end, end, value: last.after });
    };
    for (let step = 1; step <= Math.min(run.length, scale.to); step += 1) {
      const event = run.event(step);
      if (event.object !== id || !deeds.includes(event.do)) continue;
      const before = now;
      now = next(event, now);
      if (found.length && now === before && event.do !== "write") continue;
      const x = Math.max(scale.x(step), scale.left);
      const last = found.at(-1);
      if (last && x - last.x < NARROWEST) {
        Object.assign(last, { value: which(last.value, now), after: now });
        if (step > scale.from) picture.folded += 1;
      } else {
        close(x);
        found.push({ x, value: now });
      }
    }
    close(scale.end);
    return found.filter((one) => known(one.value));
  }
}
