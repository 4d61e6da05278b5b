// How things are at a step, beside the picture: the source, the threads, what they share.

import { element, plural } from "./dom.js";
import { HELD, known, placeOf } from "./model.js";
import { doing, losing, names } from "./words.js";

const MOST_TAGS = 3; // names at one line of the source
const MOST_ITEMS = 12; // shown of a queue
const MOST_LINES = 100; // of the output

/** The source, with the line at which each thread is. */
export class Source {
  constructor(tabs, place) {
    Object.assign(this, { tabs, place, shown: null });
  }

  /** Show where each thread is; in the file of the one whose step it was. */
  show(run, state, step) {
    if (this.run !== run) this.begin(run);
    const event = run.event(step);
    const acting = event ? state.threads[event.thread] : null;
    if (acting && known(acting.source) && this.followed !== step) this.open(acting.source);
    this.followed = step;
    this.point(run, state, event);
  }

  begin(run) {
    this.run = run;
    this.shown = null;
    this.state = null;
    this.tabs.replaceChildren(
      ...run.sources.map(({ name }, at) => {
        if (run.sources.length === 1) return name;
        const tab = element("button", { type: "button", "aria-pressed": "false" }, name);
        tab.addEventListener("click", () => {
          this.open(at);
          this.point(run, this.state, this.event);
        });
        return tab;
      }),
    );
    if (run.sources.length) this.open(0);
    else this.place.replaceChildren("The source is not known.");
  }

  open(at) {
    if (this.shown === at) return;
    this.shown = at;
    [...this.tabs.children].forEach((tab, other) => tab.setAttribute("aria-pressed", other === at));
    const source = this.run.sources[at].text ?? "(The source can't be read any more.)";
    const lines = source.replace(/\n$/, "").split("\n");
    this.lines = lines.map((text, number) =>
      element(
        "li",
        {},
        element("span", { class: "number", "aria-hidden": "true" }, `${number + 1}`),
        element("code", {}, text),
        element("span", { class: "tags" }),
      ),
    );
    this.place.replaceChildren(element("ol", {}, this.lines));
  }

  point(run, state, event) {
    Object.assign(this, { state, event });
    const at = new Map();
    state?.threads.forEach((thread, id) => {
      const here = thread.source === this.shown && known(thread.line);
      if (!here || !thread.state || thread.state === "ended") return;
      at.set(thread.line, [...(at.get(thread.line) ?? []), id]);
    });
    const acting = event && placeOf(event, state);
    const current = acting?.source === this.shown ? acting?.line : null;
    this.lines?.forEach((line, index) => {
      const here = at.get(index + 1) ?? [];
      line.className = index + 1 === current ? "current" : here.length ? "here" : "";
      const more = here.length > MOST_TAGS ? [`and ${here.length - MOST_TAGS} more`] : [];
      const shown = here.slice(0, MOST_TAGS).map((id) => run.who(id));
      line.lastChild.replaceChildren(...[...shown, ...more].map((tag) => element("span", {}, tag)));
    });
    if (known(current)) this.reveal(this.lines?.[current - 1]);
  }

  /** Scroll the source alone, never the page. */
  reveal(line) {
    if (!line) return;
    const { place } = this;
    const top = line.offsetTop;
    const margin = 2 * line.offsetHeight;
    if (top < place.scrollTop + margin || top > place.scrollTop + place.clientHeight - 2 * margin) {
      place.scrollTop = top - place.clientHeight / 3;
    }
  }
}

/** The threads, a row each: what each is at, and where. */
export function showThreads(place, run, state, step) {
  const acting = run.event(step)?.thread;
  const rows = run.threads.flatMap((thread, id) => {
    const now = state.threads[id];
    if (!now.state) return [];
    return element(
      "tr",
      { class: id === acting ? "acting" : "" },
      element("th", { scope: "row" }, element("span", {}, thread.name)),
      element("td", {}, element("div", { class: "both" }, ...standing(run, state, id))),
    );
  });
  if (!rows.length) rows.push(element("tr", {}, element("td", {}, "No thread has begun.")));
  place.replaceChildren(...rows);
}

function standing(run, state, id) {
  const now = state.threads[id];
  const place = now.state === "ended" ? "" : run.place(now);
  return [
    element("div", {}, swatchOf(now.state), doing(run, state, id)),
    element("div", { class: "place" }, place),
  ];
}

function swatchOf(state) {
  return element("span", { class: `chip ${state.replace(" ", "-")}`, "aria-hidden": "true" });
}

/** What threads share, a row each: who holds it, what is in it, what its value is. */
export function showObjects(place, run, state, step) {
  const acted = run.event(step)?.object;
  const rows = run.objects.flatMap((object, id) => {
    const words = inside(run, state, id);
    if (!words) return [];
    const named = element("span", {}, object.name);
    return element(
      "tr",
      { class: id === acted ? "acting" : "" },
      element("th", { scope: "row" }, named, element("small", {}, object.kind)),
      element("td", {}, words),
    );
  });
  place.replaceChildren(...rows);
  place.closest("section").hidden = !run.objects.some((_, id) => inside(run, state, id));
}

function inside(run, state, id) {
  const { kind } = run.objects[id];
  const object = state.objects[id];
  const waiting = state.threads.flatMap((thread, other) =>
    (thread.state === "waiting" || thread.state === "stuck") && thread.object === id ? [other] : [],
  );
  const waits = waiting.length ? `waited for by ${names(run, waiting)}` : "";
  if (HELD.has(kind)) {
    const held = object.holders.length ? `held by ${names(run, object.holders)}` : "free";
    return parts(held, waits);
  }
  if (kind === "queue") return parts(contents(object), waits);
  if (kind === "event") return parts(object.isSet ? "set" : "not set", waits);
  if (kind === "variable") return variable(run, object);
  return kind === "thread" || kind === "future" ? "" : waits;
}

const parts = (...found) => found.filter(Boolean).join("; ");

function contents({ items, depth }) {
  if (!depth && !items.length) return "empty";
  const values = items.slice(0, MOST_ITEMS).map((one) => (known(one) ? String(one) : "?"));
  const more = items.length > MOST_ITEMS ? ", …" : "";
  // What is no message is in it, too, but is not counted.
  const words = depth ? plural(depth, "item") : "no message";
  return values.length ? `${words}: ${values.join(", ")}${more}` : words;
}

function variable(run, { value, writer, lost }) {
  if (!known(value)) return "";
  const by = known(writer) ? `, written by ${run.who(writer)}` : "";
  const text = [element("b", {}, String(value)), by];
  if (lost === null) return text;
  const { thread, value: gone } = run.event(lost.over);
  const words = `over ${gone} by ${run.who(thread)}: ${losing(lost)}`;
  return [...text, " ", element("strong", { class: "lost" }, words)];
}

/** What had been said by a step, the last line in sight. */
export function showOutput(place, run, step) {
  const said = run.output(step);
  const lines = said.slice(-MOST_LINES).map(({ thread, level, text }) =>
    element(
      "li",
      { class: level === "DEBUG" ? "debug" : "" },
      element("span", { class: "who" }, known(thread) ? run.who(thread) : ""),
      element("code", {}, text),
    ),
  );
  place.closest("section").hidden = !run.document.output.length;
  place.replaceChildren(...lines);
  const more = said.length - lines.length;
  if (more) place.prepend(element("li", { class: "none" }, `${plural(more, "line")} before these`));
  if (!lines.length) place.append(element("li", { class: "none" }, "Nothing so far."));
  place.scrollTop = place.scrollHeight;
}
