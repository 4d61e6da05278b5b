"""The signs of the picture in characters, and what they mean.

Each can be told from the others on a projector, too; of dots and the like there is but one.
"""

from threaddemo.events.vocabulary import Kind
from threaddemo.output.picture.rows import Deed, State

STATES: dict[State, str] = {
    "not yet there": " ",
    "not begun": "-",
    "ready": "+",
    "running": "=",
    "sleeping": "z",
    "ended": " ",
    "abandoned": "x",
    "stuck": "!",
}
WAITS: dict[Kind, str] = {
    "lock": ".",
    "rlock": ".",
    "semaphore": "p",
    "queue": "q",
    "event": "e",
    "condition": "c",
    "barrier": "b",
    "thread": "t",
    "pool": "t",
    "future": "t",
}
HOLDING = {"=": "#", "+": "*", ".": "&"}  #: the others are written large
DEEDS: dict[Deed, str] = {
    "take": "[",
    "release": "]",
    "release another's": "}",
    "read": "R",
    "write": "W",
    "put": ">",
    "get": "<",
    "set": "^",
    "notify": "^",
    "clear": "v",
}
TAKES = frozenset(["take", "release", "release another's"])
SEVERAL = "%"
NUMBERS = " 0123456789+"
#: What becomes of a thread while another runs, or when nobody does.
FLIPS = frozenset(["ready", "wait", "abandoned", "stuck"])
#: Where several share a cell: from the least telling sign to the most.
TELLING = " -=+ztepqcbTEPQCBZ.#*&v^<>]}[RW%x!"
LEGEND = {
    "-": "not begun",
    "=": "runs",
    "#": "runs, holding {it}",
    "+": "ready: could go on",
    "*": "ready, holding {it}",
    "z": "sleeps",
    "Z": "sleeps, holding {it}",
    ".": "waits for a lock",
    "&": "waits for a lock, holding {it}",
    "p": "waits for a permit",
    "P": "waits for a permit, holding {it}",
    "q": "waits for the queue",
    "Q": "waits for the queue, holding {it}",
    "t": "waits for a thread",
    "T": "waits for a thread, holding {it}",
    "e": "waits for an event",
    "E": "waits for an event, holding {it}",
    "c": "waits for a condition",
    "C": "waits for a condition, holding {it}",
    "b": "waits at a barrier",
    "B": "waits at a barrier, holding {it}",
    "[": "takes {it}",
    "]": "releases it",
    "}": "releases what another took",
    "R": "reads",
    "W": "writes",
    ">": "puts into the queue",
    "<": "gets from it",
    "^": "wakes who waits",
    "v": "clears an event",
    "_": "the sentinel, no message",
    "%": "several in one place",
    "x": "stopped where it stands",
    "!": "stuck: still waits at the end",
}
