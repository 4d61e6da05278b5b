// Steps through a run: slider, buttons, keys, and all that shows the step.

import { byId } from "./dom.js";
import { showObjects, showOutput, showThreads, Source } from "./panels.js";
import { Picture } from "./picture.js";
import { everybody, told, whereabouts } from "./words.js";

const PACE = 700; // milliseconds for a step when it plays

/** What an element does with a key itself is not taken from it. */
const WITH_SPACE = "button, a, summary, input:not(#slider), select, textarea";
const WITH_ARROWS = "input, select, textarea";

/** The player of the page: shows one run at one step. */
export class Player {
  /** @param run the first that is shown. */
  constructor(run, timed) {
    this.step = 0;
    this.timer = null;
    this.timed = timed && run.timed;
    this.picture = new Picture(byId("lanes"), byId("legend"), (step) => this.go(step));
    this.source = new Source(byId("files"), byId("code"));
    this.slider = byId("slider");
    this.slider.addEventListener("input", () => this.go(Number(this.slider.value)));
    this.listen();
    this.load(run, 0);
    new ResizeObserver(() => this.show()).observe(byId("lanes"));
  }

  /** Show another run, from a step on. */
  load(run, step) {
    this.run = run;
    this.slider.max = run.length;
    byId("scale").hidden = !run.timed;
    this.go(step);
  }

  /** Go to a step; whoever does so no longer wants it to play. */
  go(step, plays = false) {
    if (!plays) this.pause();
    this.step = Math.min(Math.max(step, 0), this.run.length);
    this.show();
  }

  show() {
    const { run, step } = this;
    const state = run.at(step);
    this.slider.value = step;
    const place = whereabouts(run, step);
    this.slider.setAttribute("aria-valuetext", place);
    byId("deed").textContent = told(run, step);
    byId("where").textContent = place;
    byId("deed").classList.toggle("lost", run.lost.has(step));
    byId("everybody").textContent = everybody(run, state);
    byId("back").disabled = byId("first").disabled = step === 0;
    byId("next").disabled = byId("last").disabled = step === run.length;
    this.picture.show(run, step, this.timed);
    this.source.show(run, state, step);
    showThreads(byId("threads"), run, state, step);
    showObjects(byId("objects"), run, state, step);
    showOutput(byId("output"), run, step);
  }

  /** Go on step by step, from the beginning if it is at the end. */
  play() {
    if (this.step === this.run.length) this.go(0);
    byId("play").textContent = "Pause";
    byId("now").setAttribute("aria-live", "off"); // it would not come to an end of a sentence
    this.timer = setInterval(() => {
      if (this.step < this.run.length) this.go(this.step + 1, true);
      else this.pause();
    }, PACE);
  }

  pause() {
    if (this.timer === null) return;
    clearInterval(this.timer);
    this.timer = null;
    byId("play").textContent = "Play";
    byId("now").setAttribute("aria-live", "polite");
  }

  toggle() {
    if (this.timer === null) this.play();
    else this.pause();
  }

  scaled(timed) {
    this.timed = timed;
    this.show();
  }

  listen() {
    const moves = {
      first: () => this.go(0),
      back: () => this.go(this.step - 1),
      play: () => this.toggle(),
      next: () => this.go(this.step + 1),
      last: () => this.go(this.run.length),
    };
    for (const [id, move] of Object.entries(moves)) byId(id).addEventListener("click", move);
    byId(this.timed ? "by-time" : "by-steps").checked = true;
    byId("by-time").addEventListener("change", () => this.scaled(true));
    byId("by-steps").addEventListener("change", () => this.scaled(false));
    const keys = { Home: "first", ArrowLeft: "back", " ": "play", ArrowRight: "next", End: "last" };
    document.addEventListener("keydown", (event) => {
      const taken = event.key === " " ? WITH_SPACE : WITH_ARROWS;
      const modified = event.ctrlKey || event.altKey || event.metaKey || event.shiftKey;
      if (modified || !(event.key in keys) || event.target.closest(taken)) return;
      event.preventDefault();
      moves[keys[event.key]]();
    });
  }
}
