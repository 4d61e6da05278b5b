// What a document of events amounts to: how things are after each of its steps.

const EVERY = 256; // steps between two states that are kept, to start from when one goes back

/** What a thread is at from an event on; any other event leaves that as it is. */
const BECOMES = {
  create: "not begun",
  begin: "running",
  run: "running",
  ready: "ready",
  sleep: "sleeping",
  wait: "waiting",
  end: "ended",
  abandoned: "abandoned",
  stuck: "stuck",
};

const STAYS = new Set(["create", "stuck", "abandoned"]);

/** Kinds of objects that threads hold; whoever else wants them waits. */
export const HELD = new Set(["lock", "rlock", "semaphore"]);

/**
 * One run: its threads, its objects, and its events, each of them a step.
 *
 * Step 0 is before anything has happened, step n after the nth event.
 */
export class Run {
  constructor(document) {
    this.document = document;
    this.threads = document.threads;
    this.objects = document.objects;
    this.sources = document.sources;
    this.events = document.events;
    this.length = this.events.length;
    this.timed = document.elapsed !== null && this.time(this.length) > 0;
    // A run that ends in threads that wait has deadlocked, or was given up.
    this.isGivenUp = document.deadlock === null;
    this.lost = losses(this.events);
    this.changing = changing(this.events);
    this.segments = segments(this);
    this.kept = [blank(this)];
  }

  /** How things are after a step. */
  at(step) {
    let from = Math.min(Math.floor(step / EVERY), this.kept.length - 1);
    const state = structuredClone(this.kept[from]);
    for (let index = from * EVERY; index < step; index += 1) {
      advance(state, this.events[index], this.lost);
      if ((index + 1) % EVERY === 0 && this.kept.length === ++from) {
        this.kept.push(structuredClone(state));
      }
    }
    return state;
  }

  /** The event that led to a step; of step 0 there is none. */
  event(step) {
    return step > 0 ? this.events[step - 1] : null;
  }

  /** Seconds from the beginning of the run to a step. */
  time(step) {
    return step > 0 ? this.events[step - 1].t : 0;
  }

  /** A thread's name. */
  who(id) {
    return this.threads[id].name;
  }

  /** An object's name. */
  what(id) {
    return this.objects[id].name;
  }

  /** Where an event stands in the source: "race.py:46". */
  place({ source, line }) {
    return known(source) && known(line) ? `${this.sources[source].name}:${line}` : "";
  }

  /** What had been said by a step, line by line. */
  output(step) {
    const lines = [];
    for (const piece of this.document.output) {
      if (piece.after > this.number(step)) break;
      const last = lines.at(-1);
      // Where another thread has printed in between, the line is broken, as it was.
      if (last && !last.ends && last.thread === piece.thread) {
        lines[lines.length - 1] = { ...piece, text: last.text + piece.text };
      } else {
        lines.push(piece);
      }
    }
    return lines.filter((line) => line.text || line.ends);
  }

  /** The number that an event has in its document. */
  number(step) {
    return step > 0 ? this.events[step - 1].n : -Infinity;
  }
}

/** Whether a document says something here: what it leaves out is null, or not there. */
export const known = (value) => value !== null && value !== undefined;

/** Where an event took place: what ends where it stands is where its thread had come to. */
export function placeOf(event, state) {
  const isOver = event.do === "stuck" || event.do === "abandoned";
  return isOver || !known(event.line) ? state.threads[event.thread] : event;
}

function blank(run) {
  return {
    step: 0,
    threads: run.threads.map(() => ({
      state: null, object: null, source: null, line: null, hasBegun: false,
    })),
    objects: run.objects.map(() => ({
      holders: [], items: [], depth: 0, isSet: false, value: null, writer: null, lost: null,
    })),
  };
}

/** Change a state by what an event says. */
function advance(state, event, lost) {
  state.step += 1;
  const thread = state.threads[event.thread];
  const object = known(event.object) ? state.objects[event.object] : null;
  if (event.do === "begin") thread.hasBegun = true;
  if (event.do in BECOMES) {
    thread.state = BECOMES[event.do];
    if (event.do !== "stuck" || object) thread.object = event.object;
  }
  // What is stuck, or stopped, is where it was; what is created is nowhere yet.
  if (!STAYS.has(event.do) && known(event.line)) {
    Object.assign(thread, { source: event.source, line: event.line });
  }
  if (object) change(object, event, state.step, lost);
}

function change(object, event, step, lost) {
  const { thread, value, depth } = event;
  switch (event.do) {
    case "take":
      object.holders.push(thread);
      break;
    case "release": {
      // Any thread may release a lock: then it is the taker that holds it no more.
      const mine = object.holders.indexOf(thread);
      object.holders.splice(Math.max(mine, 0), 1);
      break;
    }
    case "put":
      object.items.push(value);
      object.depth = known(depth) ? depth : object.items.length;
      break;
    case "get":
      taken(object, value);
      object.depth = known(depth) ? depth : object.items.length;
      break;
    case "set":
    case "clear":
      object.isSet = event.do === "set";
      break;
    case "write":
      Object.assign(object, { value, writer: thread, lost: lost.get(step) ?? null });
      break;
    case "read":
      object.value = value;
      break;
  }
}

/** Take an item out: the one that was got, which of a priority queue need not be the first. */
function taken(object, value) {
  const at = object.items.indexOf(value);
  object.items.splice(Math.max(at, 0), 1);
}

/** The writes that lose updates, by their steps: the step of what each is over, and how many. */
function losses(events) {
  const found = new Map();
  events.forEach(({ loses }, index) => {
    if (loses) found.set(index + 1, { ...loses, over: loses.over + 1 });
  });
  return found;
}

/** The variables that are written more than once: what keeps its value is no news. */
function changing(events) {
  const once = new Set();
  const found = new Set();
  for (const event of events) {
    if (event.do === "write") (once.has(event.object) ? found : once).add(event.object);
  }
  return found;
}

/** Each thread's states in turn: from which step to which, and the locks that it holds then. */
function segments(run) {
  const found = run.threads.map(() => []);
  const now = run.threads.map(() => ({ state: null, object: null, holds: [] }));
  const holders = run.objects.map(() => []);
  const turn = (thread, step) => {
    const { state, object, holds } = now[thread];
    const last = found[thread].at(-1);
    if (last) last.to = step;
    if (last?.from === step) found[thread].pop();
    found[thread].push({ from: step, to: run.length, state, object, holds: [...holds] });
  };
  run.events.forEach((event, index) => {
    const { thread, object } = event;
    if (event.do in BECOMES) {
      now[thread].state = BECOMES[event.do];
      if (event.do !== "stuck" || known(object)) now[thread].object = object;
    } else if (event.do === "take" && known(object)) {
      holders[object].push(thread);
      now[thread].holds.push(object);
    } else if (event.do === "release" && known(object)) {
      const mine = Math.max(holders[object].indexOf(thread), 0);
      const [holder] = holders[object].splice(mine, 1);
      if (holder === undefined) return;
      const { holds } = now[holder];
      holds.splice(holds.indexOf(object), 1);
      if (holder !== thread) turn(holder, index + 1);
    } else {
      return;
    }
    turn(thread, index + 1);
  });
  return found;
}
