// A step, and how things are, in words: what is read beside the picture, or heard.

import { listed, seconds } from "./dom.js";
import { HELD, known, placeOf } from "./model.js";

/** An event in words, without its place in the source. */
export function told(run, step) {
  const event = run.event(step);
  if (!event) return run.length ? "Nothing has happened yet." : "Nothing was noted of this run.";
  const who = run.who(event.thread);
  const preempted = known(event.preempts)
    ? `, though ${run.who(event.preempts)} could have gone on`
    : "";
  return `${who} ${deed(run, step, event)}${preempted}`;
}

function deed(run, step, event) {
  const on = known(event.object) ? named(run, event.object) : "something";
  const value = known(event.value) ? event.value : "a value";
  switch (event.do) {
    case "create": return "is created, and has not begun";
    case "begin": return "begins";
    case "run": return "runs";
    case "ready": return "could go on; another thread runs";
    case "sleep": return known(event.value) ? `sleeps ${event.value} s` : "sleeps";
    case "wait": return `${waits(event, on)}${heldBy(run, step, event)}`;
    case "take": return `takes ${on}`;
    case "release": return `releases ${on}${taker(run, step, event)}`;
    case "read": return `reads ${on}: ${value}`;
    case "write": return written(run, step, `writes ${on}: ${value}`);
    case "put": return `puts ${value} into ${on}${depth(event)}`;
    case "get": return `gets ${value} from ${on}${depth(event)}`;
    case "set": return isBarrier(run, event) ? `ends the wait at ${on}` : `sets ${on}`;
    case "clear": return `clears ${on}`;
    case "notify": return `notifies ${on}: ${known(event.value) ? event.value : "some"} woken`;
    case "start": return `starts ${on}`;
    case "join": return `waits no more: ${on} has ended`;
    case "submit": return `submits ${on}`;
    case "end": return "ends";
    case "abandoned": return abandoned(run, step, event);
    case "stuck": return stuck(run, known(event.object) ? ` for ${on}` : "");
    default: return `${event.do} ${known(event.object) ? on : ""}`.trim();
  }
}

/** What becomes of a thread that has not ended when the run does. */
function abandoned(run, step, { thread }) {
  if (run.at(step - 1).threads[thread].state === "not begun") return "never begins: the run ends";
  const { daemon } = run.threads[thread];
  const reason = daemon ? "it is a daemon, and the program ends" : "the run ends";
  return `is stopped where it stands: ${reason}`;
}

/** That a thread waits when the run ends: for ever in a deadlock, else nobody knows. */
function stuck(run, on) {
  return run.isGivenUp ? `still waits${on}: the run was given up` : `is stuck, waiting${on}`;
}

/** What a wait is for; at a queue there are several things to wait for. */
function waits({ value }, on) {
  if (value === "get") return `waits for an item in ${on}`;
  if (value === "put") return `waits for room in ${on}`;
  return `waits for ${on}`;
}

/** Whose lock it is that is released, if it is another's. */
function taker(run, step, { object, thread }) {
  const { holders } = run.at(step - 1).objects[object] ?? { holders: [] };
  const isOwn = !holders.length || holders.includes(thread);
  return isOwn ? "" : `, which ${run.who(holders[0])} had taken`;
}

/** Whether an event is about a barrier, which is set when it lets go on who waits there. */
export function isBarrier(run, { object }) {
  return known(object) && run.objects[object].kind === "barrier";
}

function depth(event) {
  return known(event.depth) ? `, which holds ${event.depth} now` : "";
}

function heldBy(run, step, event) {
  if (!known(event.object)) return "";
  const { holders } = run.at(step).objects[event.object];
  return holders.length ? `, held by ${names(run, holders)}` : "";
}

function written(run, step, text) {
  const lost = run.lost.get(step);
  if (!lost) return text;
  const { thread, value } = run.event(lost.over);
  return `${text}, over ${value} by ${run.who(thread)}, which it has not seen: ${losing(lost)}`;
}

/** How many updates a write loses, in words. */
export function losing({ updates, regained }) {
  const count = updates === 1 ? "an update is" : `${updates} updates are`;
  const back = regained === 1 ? "one that was lost is" : `${regained} that were lost are`;
  return regained ? `${count} lost, and ${back} back` : `${count} lost`;
}

/** An object by its kind and name: "lock _lock", "Thread 0", "value". */
export function named(run, id) {
  const { kind, name } = run.objects[id];
  if (kind === "future") return known(run.objects[id].thread) ? `the task ${name}` : name;
  if (kind === "thread" || kind === "variable" || name.startsWith(kind)) return name;
  return `${kind === "rlock" ? "lock" : kind} ${name}`;
}

/** Threads by their names. */
export const names = (run, threads) => listed(threads.map((id) => run.who(id)));

/** What a thread is at, and what it holds: "waits for lock a, holding lock b". */
export function doing(run, state, id) {
  const { state: at, object } = state.threads[id];
  const on = known(object) ? ` for ${named(run, object)}` : "";
  const words = {
    "not begun": "has not begun",
    running: "runs",
    ready: "could go on",
    sleeping: "sleeps",
    waiting: `waits${on}`,
    ended: "has ended",
    abandoned: state.threads[id].hasBegun ? "was stopped where it stood" : "has never begun",
    stuck: stuck(run, on),
  }[at];
  const held = holds(run, state, id).map((one) => named(run, one));
  return held.length ? `${words}, holding ${listed(held)}` : words;
}

/** The objects that a thread holds. */
export function holds(run, state, id) {
  return run.objects.flatMap((object, at) =>
    HELD.has(object.kind) && state.objects[at].holders.includes(id) ? [at] : [],
  );
}

/** All threads in words, a sentence each, for who can't see them. */
export function everybody(run, state) {
  return run.threads
    .flatMap((thread, id) =>
      state.threads[id].state ? [`${thread.name} ${doing(run, state, id)}.`] : [],
    )
    .join(" ");
}

/** When and where a step is: "step 3 of 20, 0.001 s, race.py:46". */
export function whereabouts(run, step) {
  const event = run.event(step);
  const place = event ? run.place(placeOf(event, run.at(step))) : "";
  const when = event && run.timed ? seconds(event.t) : "";
  return [`step ${step} of ${run.length}`, when, place].filter(Boolean).join(", ");
}
