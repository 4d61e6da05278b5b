// The legend of a picture: what occurs in it, and nothing else.

import { element } from "./dom.js";
import { DEEDS, LOCKS, sample, STATES, styleOf, swatch } from "./signs.js";

/** The entries for what was seen while a picture was drawn, and what is to be said of it. */
export function legend({ run, seen, locks }) {
  const states = Object.keys(STATES).filter((state) => seen.states.has(state));
  const deeds = Object.keys(DEEDS).filter((deed) => seen.marks.has(deed));
  const entries = [
    ...states.map((state) => [
      swatch(`state ${styleOf(state)}`, state === "not begun"), STATES[state],
    ]),
    ...held(run, locks.filter((id) => seen.locks.has(id)), locks),
    ...deeds.map((deed) => [sample(DEEDS[deed].sign), DEEDS[deed].words]),
  ];
  const lost = "overwrites what it has not seen: an update is lost";
  if (seen.marks.has("lost")) entries.push([sample("cross"), lost]);
  if (seen.preempted) entries.push([sample("chevron"), "preempted: it could have gone on"]);
  return entries.map(([sign, words]) => element("li", {}, sign, words));
}

/** Each lock by its name; where several look alike, these together. */
function held(run, seen, locks) {
  const alike = new Map();
  for (const id of seen) {
    const look = locks.indexOf(id) % LOCKS;
    alike.set(look, [...(alike.get(look) ?? []), run.what(id)]);
  }
  return [...alike].map(([look, names]) => [
    swatch(`lock lock-${look}`, true),
    `holds ${names.length > 3 ? `${names.slice(0, 3).join(" or ")}, …` : names.join(" or ")}`,
  ]);
}
