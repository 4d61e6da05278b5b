// The signs of the picture: what a deed looks like, and the pattern of each state.

import { shape } from "./dom.js";

/** Locks told apart by colour and pattern; more than that share them. */
export const LOCKS = 4;

/** What a thread is at, in the words of the legend. */
export const STATES = {
  "not begun": "has not begun",
  running: "runs",
  ready: "could go on, another was chosen",
  sleeping: "sleeps",
  waiting: "waits",
  abandoned: "has not ended as the run does",
  stuck: "still waits as the run ends",
};

/** What a thread does, where it is marked. */
export const DEEDS = {
  read: { sign: "circle", words: "reads the value" },
  write: { sign: "dot", words: "writes the value" },
  put: { sign: "up", words: "puts into a queue" },
  get: { sign: "down", words: "gets from a queue" },
  set: { sign: "diamond", words: "sets an event" },
  open: { sign: "diamond", words: "lets go on who waits at a barrier" },
  clear: { sign: "diamond hollow", words: "clears an event" },
  notify: { sign: "diamond", words: "notifies" },
};

/** The style of a state. */
export const styleOf = (state) => state.replace(" ", "-");

/** A mark at a point of the picture. */
export function glyph(kind, x, y) {
  const d = {
    up: `M${x - 4.5},${y + 3.5} H${x + 4.5} L${x},${y - 5} Z`,
    down: `M${x - 4.5},${y - 3.5} H${x + 4.5} L${x},${y + 5} Z`,
    diamond: `M${x},${y - 5} L${x + 5},${y} L${x},${y + 5} L${x - 5},${y} Z`,
    cross: `M${x - 5},${y - 5} L${x + 5},${y + 5} M${x - 5},${y + 5} L${x + 5},${y - 5}`,
    chevron: `M${x - 4.5},${y - 4} H${x + 4.5} L${x},${y + 4} Z`,
  }[kind.split(" ")[0]];
  if (d) return shape("path", { class: `mark ${kind}`, d });
  return shape("circle", { class: `mark ${kind}`, cx: x, cy: y, r: 4.5 });
}

/** A mark by itself, for the legend. */
export function sample(kind) {
  return shape("svg", { width: 16, height: 14, "aria-hidden": "true" }, glyph(kind, 8, 7));
}

/** A piece of a bar, for the legend. */
export function swatch(name, thin) {
  const box = { class: name, x: 0, y: thin ? 5 : 1, width: 22, height: thin ? 4 : 12 };
  return shape("svg", { width: 22, height: 14, "aria-hidden": "true" }, shape("rect", box));
}

/** The patterns of states and locks, so that colour is never all that tells them apart. */
export function patterns() {
  const pattern = (id, size, ...inside) =>
    shape("pattern", { id, width: size, height: size, patternUnits: "userSpaceOnUse" }, inside);
  const base = (size) => shape("rect", { class: "base", width: size, height: size });
  const line = (d) => shape("path", { class: "stroke", d });
  const gap = (x, width) => shape("rect", { class: "gap", x, width, height: 12 });
  return shape(
    "defs",
    {},
    pattern("p-ready", 6, base(6), shape("circle", { class: "spot", cx: 3, cy: 3, r: 1.1 })),
    pattern("p-sleeping", 6, base(6), line("M0,3 H6")),
    pattern("p-waiting", 7, base(7), line("M-1,1 L1,-1 M0,7 L7,0 M6,8 L8,6")),
    pattern("p-abandoned", 6, base(6), line("M3,0 V6")),
    pattern("p-stuck", 6, base(6), line("M0,0 L6,6 M0,6 L6,0")),
    pattern("p-lock-1", 6, base(6), gap(4, 2)),
    pattern("p-lock-2", 3, base(3), gap(2, 1)),
    pattern("p-lock-3", 12, base(12), gap(8, 4)),
  );
}
