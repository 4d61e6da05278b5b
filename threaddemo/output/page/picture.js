// The picture: a lane a thread from left to right, below them what is in queues and variables.

import { plural, seconds, shape, textWidth } from "./dom.js";
import { Lanes } from "./lanes.js";
import { legend } from "./legend.js";
import { HELD, known } from "./model.js";
import { Rows } from "./rows.js";
import { StepScale, TimeScale } from "./scales.js";
import { patterns } from "./signs.js";

const NARROW = 560; // pixels: below that a lane's name stands above it
const MANY = 12; // lanes: more than that are drawn lower, without the values beside the marks
const VARIABLES = 4; // variables that have a row
const [MOST_BESIDE, MOST_ABOVE] = [22, 40]; // letters of a name

/** The picture of one run; it is drawn anew when its width, its scale or its run changes. */
export class Picture {
  /**
   * @param place the element that it fills.
   * @param list the element for its legend.
   * @param choose called with the step that was pointed at.
   */
  constructor(place, list, choose) {
    this.place = place;
    this.list = list;
    place.addEventListener("click", (event) => {
      if (this.scale) {
        choose(this.scale.nearest(event.clientX - place.getBoundingClientRect().left));
      }
    });
  }

  /** Show a step of a run. */
  show(run, step, timed) {
    const width = Math.max(this.place.clientWidth, 280);
    const scrolls = !timed && this.scale && (step < this.scale.from || step > this.scale.to);
    if (this.run !== run || this.width !== width || this.timed !== timed || scrolls) {
      Object.assign(this, { run, width, timed });
      this.draw(step);
    }
    this.point(step);
  }

  draw(step) {
    const { run, width, timed } = this;
    const threads = run.segments.flatMap((segments, id) => (segments.length ? [id] : []));
    const queues = ofKind(run, "queue");
    const variables = ofKind(run, "variable").filter((id) => run.changing.has(id));
    variables.splice(VARIABLES);
    const names = threads.map((id) => run.who(id));
    names.push(...[...queues, ...variables].map((id) => run.what(id)));
    const widest = Math.max(0, ...names.map((name) => textWidth(cut(name, MOST_BESIDE))));
    this.narrow = width < NARROW;
    this.low = threads.length > MANY;
    this.left = this.narrow ? 2 : Math.ceil(widest) + 18;
    this.scale = timed
      ? new TimeScale(run, this.left, width)
      : new StepScale(run, this.left, width, step);
    this.folded = 0;
    this.seen = { states: new Set(), marks: new Set(), locks: new Set(), preempted: false };
    this.locks = heldLocks(run);
    this.begin();
    let top = this.axis();
    top = new Lanes(this).draw(threads, top);
    top = new Rows(this).draw(queues, variables, top);
    this.finish(top + 4);
    this.list.replaceChildren(...legend(this), ...this.remarks());
  }

  /** Bars lie below what makes the future pale, marks above it: these are pale one by one. */
  begin() {
    const title = shape("title", { id: "picture-title" }, summary(this.run));
    this.svg = shape("svg", { width: this.width, role: "img", "aria-labelledby": "picture-title" });
    this.bars = shape("g");
    this.marks = shape("g");
    this.future = shape("rect", { class: "future", y: 20 });
    this.cursor = shape("line", { class: "cursor", y1: 18 });
    this.ring = shape("circle", { class: "ring", r: 9 });
    this.svg.append(title, patterns(), this.bars, this.future, this.cursor, this.marks, this.ring);
  }

  finish(height) {
    this.svg.setAttribute("height", height);
    this.future.setAttribute("height", Math.max(height - 20, 0));
    this.cursor.setAttribute("y2", height);
    this.dated = [...this.marks.querySelectorAll("[data-step]")].map((one) => [
      one, Number(one.dataset.step),
    ]);
    this.place.replaceChildren(this.svg);
  }

  axis() {
    let right = -Infinity;
    for (const [x, label] of this.scale.ticks()) {
      const wide = textWidth(label, 11, 400);
      const from = Math.min(x, this.width - wide);
      this.svg.append(shape("line", { class: "tick", x1: x, x2: x, y1: 15, y2: 20 }));
      if (from < right + 14) continue;
      right = from + wide;
      this.svg.append(shape("text", { class: "axis", x: from, y: 12 }, label));
    }
    return 22;
  }

  /** A lane's name: beside it, or above it where there is no room. */
  name(text, above, beside) {
    const [x, y] = this.narrow ? [2, above] : [this.left - 10, beside];
    const short = cut(text, this.narrow ? MOST_ABOVE : MOST_BESIDE);
    const anchor = this.narrow ? "start" : "end";
    const written = shape("text", { class: "name", x, y, "text-anchor": anchor }, short);
    if (short !== text) written.append(shape("title", {}, text));
    this.svg.append(written);
  }

  /** Let the cursor stand at a step; what comes after it is pale. */
  point(step) {
    const { run, scale, lanes } = this;
    const x = step ? scale.x(step) : scale.left;
    this.future.setAttribute("x", x);
    this.future.setAttribute("width", step < run.length ? Math.max(scale.end + 6 - x, 0) : 0);
    this.cursor.setAttribute("x1", x);
    this.cursor.setAttribute("x2", x);
    const event = run.event(step);
    const bar = event && lanes.get(event.thread);
    this.ring.setAttribute("visibility", bar ? "visible" : "hidden");
    if (bar) {
      this.ring.setAttribute("cx", x);
      this.ring.setAttribute("cy", bar.middle);
    }
    const gone = new Set();
    for (const [at, { over }] of run.lost) if (at <= step) gone.add(over);
    for (const [mark, at] of this.dated) {
      mark.classList.toggle("later", at > step);
      if (mark.classList.contains("value")) mark.classList.toggle("struck", gone.has(at));
    }
  }

  remarks() {
    const found = [];
    const left = this.run.document.left_out;
    if (left) found.push(`${plural(left, "event")} in the middle of the run are left out`);
    if (this.folded) {
      const many = plural(this.folded, "change");
      found.push(`${many} too close together to be drawn: see them by steps`);
    }
    return found;
  }
}

function ofKind(run, kind) {
  return run.objects.flatMap((one, id) => (one.kind === kind ? [id] : []));
}

/** The locks that threads have held, in the order of their first taking. */
function heldLocks(run) {
  const taken = new Set();
  for (const { do: deed, object } of run.events) {
    if (deed === "take" && known(object) && HELD.has(run.objects[object].kind)) taken.add(object);
  }
  return [...taken];
}

const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

function summary(run) {
  const lasted = run.timed ? ` in ${seconds(run.time(run.length))}` : "";
  return `${plural(run.threads.length, "thread")}, ${plural(run.length, "step")}${lasted}`;
}
