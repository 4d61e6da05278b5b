// Where a step stands from left to right: in true time, or each step as wide as the next.

import { seconds } from "./dom.js";

const WIDE_ENOUGH = 24; // pixels for a step and its value
const BETWEEN_TICKS = 80; // pixels
const BEYOND = 24; // pixels

/** True time: what lasts longer is drawn longer. */
export class TimeScale {
  constructor(run, left, right) {
    this.run = run;
    this.left = left;
    // What lasts no time at the end, but for ever after it, has some room there.
    const last = run.event(run.length)?.do;
    const beyond = last === "stuck" || last === "abandoned" ? BEYOND : 0;
    this.width = right - left - 6 - beyond;
    this.total = Math.max(run.time(run.length), run.document.elapsed ?? 0) || 1;
    this.from = 0;
    this.to = run.length;
    this.end = left + this.width + beyond;
  }

  /** The pixel at which a step stands. */
  x(step) {
    return this.left + (this.run.time(step) / this.total) * this.width;
  }

  /** The step that is nearest to a pixel; of those at one moment the last. */
  nearest(pixel) {
    const wanted = ((pixel - this.left) / this.width) * this.total;
    let [low, high] = [0, this.run.length];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const edge = (this.run.time(middle - 1) + this.run.time(middle)) / 2;
      if (edge <= wanted) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Pixels and labels of the axis. */
  ticks() {
    const most = Math.max(this.width / BETWEEN_TICKS, 1);
    const rough = this.total / most;
    const power = 10 ** Math.floor(Math.log10(rough));
    const unit = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough);
    const found = [];
    for (let at = 0; at * unit <= this.total * 1.000001; at += 1) {
      found.push([this.left + ((at * unit) / this.total) * this.width, seconds(at * unit)]);
    }
    return found;
  }
}

/** Steps of equal width: as many as have room, those around the current one. */
export class StepScale {
  constructor(run, left, right, current) {
    this.left = left;
    this.width = right - left - 6;
    const room = Math.max(Math.floor(this.width / WIDE_ENOUGH), 2);
    const shown = Math.min(run.length + 1, room);
    const turn = Math.max(Math.floor(room / 2), 1); // what was seen last stays in sight
    const wanted = Math.floor(current / turn) * turn - Math.floor(turn / 2);
    this.from = Math.min(Math.max(wanted, 0), run.length + 1 - shown);
    this.to = Math.min(this.from + shown, run.length);
    this.pitch = this.width / shown;
    this.end = Math.min(this.left + this.width, this.x(run.length + 1));
  }

  /** The pixel at which a step stands. */
  x(step) {
    return this.left + (step - this.from) * this.pitch;
  }

  /** The step that is nearest to a pixel. */
  nearest(pixel) {
    const step = Math.round((pixel - this.left) / this.pitch) + this.from;
    return Math.min(Math.max(step, this.from), this.to);
  }

  /** Pixels and labels of the axis. */
  ticks() {
    const unit = [1, 2, 5, 10, 20, 50].find((one) => one * this.pitch >= 40) ?? 100;
    const found = [];
    for (let at = Math.ceil(this.from / unit) * unit; at <= this.to; at += unit) {
      found.push([this.x(at), at === this.from || !found.length ? `step ${at}` : `${at}`]);
    }
    return found;
  }
}
