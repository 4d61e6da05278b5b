// You are the scheduler: at each choice the reader picks who goes next, and sees what comes of it.

import { byId, element, plural } from "./dom.js";
import { known, Run } from "./model.js";
import { Player } from "./player.js";
import { schedule, Tree } from "./tree.js";

/** The game of one exploration, and the table of its outcomes. */
export class Game {
  constructor(found) {
    this.found = found;
    this.tree = new Tree(found);
    this.picks = [];
    this.reached = new Set(); // outcomes that the reader has come to
    this.node = this.tree.root;
    this.player = new Player(this.run(), false);
    byId("game").hidden = false;
    byId("undo").addEventListener("click", () => this.follow(this.picks.slice(0, -1)));
    byId("again").addEventListener("click", () => this.follow([]));
    byId("run-on").addEventListener("click", () => {
      this.follow([...this.picks, ...this.tree.onwards(this.node)]);
    });
    this.list();
    this.follow([]);
  }

  run() {
    return new Run(this.tree.document(this.tree.path(this.picks)));
  }

  /** Take some choices, from the first on, and show what came of them. */
  follow(picks, from = Infinity) {
    const path = this.tree.path(picks);
    this.picks = picks.slice(0, path.length - 1);
    this.node = path.at(-1);
    const { outcome } = this.node;
    if (known(outcome) && from === Infinity) this.reached.add(outcome);
    this.player.load(this.run(), from);
    this.ask();
    this.mark();
  }

  ask() {
    const { choices, outcome } = this.node;
    byId("question").replaceChildren(...this.question());
    byId("choices").replaceChildren(...choices.map((choice) => this.button(choice)));
    byId("undo").disabled = byId("again").disabled = !this.picks.length;
    byId("run-on").disabled = known(outcome);
    const [before, after] = this.found.tree.replay;
    const option = `${before}${schedule(this.picks)}${after}`;
    const command = `threaddemo ${this.found.command} ${option}`;
    const again = ["To see this run again: ", element("code", {}, command)];
    byId("path").replaceChildren(...(known(outcome) ? again : this.taken()));
  }

  question() {
    const { choices, outcome } = this.node;
    if (!known(outcome)) {
      const running = choices.find((choice) => choice.current);
      const turn = running ? `${running.thread} was running. ` : "";
      return [`Choice ${this.picks.length + 1}. ${turn}Who goes next?`];
    }
    const { ok, summary } = this.node;
    const promise = ok ? "The promise was kept." : "The promise was not kept.";
    const kept = element("strong", { class: ok ? "kept" : "broken" }, promise);
    return [`The run has ended: ${summary}. `, kept];
  }

  button({ number, thread, operation, place, node }) {
    const missing = known(node) ? "" : " (not on this page)";
    const made = element(
      "button",
      { type: "button", disabled: !known(node), "data-number": number },
      element("b", {}, this.tree.begins(node) ?? thread),
      element("span", {}, `${operation}${missing}`),
      element("span", { class: "place" }, place),
    );
    made.addEventListener("click", () => {
      this.follow([...this.picks, number]);
      (byId("choices").querySelector("button:enabled") ?? byId("again")).focus();
    });
    return made;
  }

  taken() {
    return this.picks.length ? [`Schedule so far: ${schedule(this.picks)}`] : [];
  }

  /** The outcomes, each with how many schedules end so, and with a replay. */
  list() {
    const { outcomes, tree } = this.found;
    this.rows = outcomes.map((one) =>
      element(
        "li",
        {},
        element("div", { class: "told" }, one.summary, different(one, outcomes)),
        element("span", { class: "count" }, counted(one)),
        element("span", { class: one.ok ? "kept" : "broken" }, one.ok ? "kept" : "not kept"),
        this.replay(one),
        element("b", { class: "mark" }),
      ),
    );
    byId("outcomes").append(...this.rows);
    byId("bounds").textContent = bounds(tree, this.found);
  }

  replay(one) {
    if (!one.path) return element("code", {}, one.replay ?? "");
    const label = `Replay: ${one.summary}`;
    const button = element("button", { type: "button", "aria-label": label }, "Replay");
    button.addEventListener("click", () => this.follow(one.path, 0));
    return button;
  }

  /** Which outcomes have been found by the reader. */
  mark() {
    const { outcomes } = this.found;
    this.rows.forEach((row, at) => {
      row.classList.toggle("reached", this.reached.has(at));
      row.lastChild.textContent = this.reached.has(at) ? "found" : "";
    });
    const all = this.reached.size === outcomes.length;
    byId("found").textContent = all
      ? `You have found all there are: ${plural(outcomes.length, "outcome")}.`
      : `Found by you so far: ${this.reached.size} of ${plural(outcomes.length, "outcome")}.`;
  }
}

/** By which facts an outcome differs from those that have the same words. */
function different(one, outcomes) {
  const same = outcomes.filter((other) => other.summary === one.summary && other.facts);
  if (same.length < 2 || !one.facts) return "";
  const fact = (other, name) => JSON.stringify(other.facts[name]);
  const names = Object.keys(one.facts).filter((name) =>
    same.some((other) => fact(other, name) !== fact(one, name)),
  );
  const told = names.map((name) => `${name}=${fact(one, name)}`);
  return element("small", {}, told.join(", "));
}

/** How many schedules have an outcome, and which share of all that is, where they are known. */
function counted({ count, share }) {
  const many = known(count) ? plural(count, "schedule") : "an unknown number of schedules";
  return share ? `${many}, ${share}` : many;
}

/** How much of all schedules is on the page. */
function bounds(tree, found) {
  const here = plural(tree.schedules, "schedule");
  if (tree.complete) return `All of them can be chosen here: ${here}.`;
  const step = tree.replay[0].replace("--schedule ", "--step");
  return [
    `Not all can be chosen here: ${here}, those with few preemptions first.`,
    "What is missing is marked so;",
    `threaddemo ${found.command} ${step} goes everywhere.`,
  ].join(" ");
}
