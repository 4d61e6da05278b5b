// The schedules on the page: a tree, whose branches are the threads that can go on at a choice.

import { known } from "./model.js";

/** The tree of an exploration; a path through it is a list of nodes, from the root on. */
export class Tree {
  constructor(found) {
    this.found = found;
    const { nodes, branches } = found.tree;
    const named = (row) => Object.fromEntries(branches.map((name, at) => [name, row[at]]));
    this.nodes = nodes.map((node) => ({ ...node, choices: (node.choices ?? []).map(named) }));
    this.root = this.nodes.at(-1);
  }

  /** The nodes that choices lead through; it ends early where one of them is not on the page. */
  path(picks) {
    const path = [this.root];
    for (const pick of picks) {
      const next = path.at(-1).choices.find((choice) => choice.number === pick)?.node;
      if (!known(next)) break;
      path.push(this.nodes[next]);
    }
    return path;
  }

  /** The name of the thread that begins in a node, if one does: a pool's, after its task. */
  begins(number) {
    const node = this.nodes[number];
    if (!node) return null;
    const { casts, columns } = this.found.tree;
    const [who, deed] = [columns.indexOf("thread"), columns.indexOf("do")];
    const event = node.events.find((row) => !["ready", "wait", "sleep"].includes(row[deed]));
    return event?.[deed] === "begin" ? casts[node.cast].threads[event[who]].name : null;
  }

  /** The choices that lead from a node to an end: who runs goes on as long as that is here. */
  onwards(node) {
    const picks = [];
    while (node.choices.length) {
      const here = node.choices.filter((choice) => known(choice.node));
      const pick = here.find((choice) => choice.current) ?? here[0];
      picks.push(pick.number);
      node = this.nodes[pick.node];
    }
    return picks;
  }

  /** A path as the document of a run, as far as it goes. */
  document(path) {
    const { columns, casts } = this.found.tree;
    const events = [];
    const output = [];
    for (const node of path) {
      for (const row of node.events) {
        const event = { n: events.length, t: events.length };
        columns.forEach((column, at) => {
          event[column] = row[at] ?? null;
        });
        if (event.loses) {
          const [updates, regained, ago] = event.loses;
          event.loses = { updates, regained, over: event.n - ago };
        }
        events.push(event);
      }
      const first = events.length - node.events.length - 1;
      for (const [after, thread, level, text, ends] of node.output ?? []) {
        output.push({ after: first + after, thread, level, text, ends: ends === 1 });
      }
    }
    const { sources } = this.found;
    const { threads, objects } = casts[path.at(-1).cast];
    return { sources, objects, threads, events, output, elapsed: null, left_out: 0 };
  }
}

/** Choices as a schedule is written: 1, 2, 2 is "1.2x2". */
export function schedule(picks) {
  const parts = [];
  for (let at = 0; at < picks.length; ) {
    let end = at;
    while (picks[end] === picks[at]) end += 1;
    parts.push(end - at > 1 ? `${picks[at]}x${end - at}` : `${picks[at]}`);
    at = end;
  }
  return parts.join(".") || "-";
}
