"""Documents made by hand: a run that loses an update, and a small exploration."""

SOURCE = """value = 0

def update():
    global value
    copy = value
    with lock:
        value = copy + 1
"""


def run(*names, **others):
    """The document of a run in which one thread overwrites another's update.

    Args:
        names: those of the two threads.
        others: what is otherwise than usual.
    """
    first, second = names or ("Thread 0", "Thread 1")
    rows = [
        (0.001, 0, "begin", None, None, None),
        (0.001, 1, "create", None, None, None),
        (0.001, 2, "create", None, None, None),
        (0.002, 0, "wait", 2, None, None),
        (0.002, 1, "begin", None, None, None),
        (0.003, 1, "read", 0, "0", 5),
        (0.004, 2, "begin", None, None, None),
        (0.004, 1, "ready", None, None, None),
        (0.005, 2, "read", 0, "0", 5),
        (0.006, 2, "take", 1, None, 6),
        (0.007, 1, "wait", 1, None, 6),
        (0.012, 2, "write", 0, "1", 7),
        (0.013, 2, "release", 1, None, 6),
        (0.013, 1, "take", 1, None, 6),
        (0.014, 2, "end", None, None, None),
        (0.015, 1, "write", 0, "1", 7),
        (0.016, 1, "release", 1, None, 6),
        (0.017, 1, "end", None, None, None),
        (0.018, 0, "run", None, None, None),
        (0.020, 0, "end", None, None, None),
    ]
    events = [
        {"n": n, "t": t, "thread": thread, "do": do, "object": on, "value": value, "depth": None,
         "source": None if line is None else 0, "line": line,
         "preempts": 1 if (t, do) == (0.004, "begin") else None,
         "loses": {"over": 11, "updates": 1, "regained": 0} if n == 15 else None}
        for n, (t, thread, do, on, value, line) in enumerate(rows)
    ]  # fmt: skip
    objects = [("variable", "value"), ("lock", "lock"), ("thread", first)]
    return {
        "schema": 1,
        "version": "0",
        "demo": "race",
        "params": {},
        "mode": "simulated",
        "seed": 1,
        "schedule": None,
        "ok": False,
        "summary": "1 update lost",
        "facts": {"lost": 1},
        "elapsed": 0.02,
        "races": None,
        "deadlock": None,
        "left_out": 0,
        "sources": [{"name": "race.py", "text": SOURCE}],
        "objects": [{"id": n, "kind": k, "name": name} for n, (k, name) in enumerate(objects)],
        "threads": [
            {"id": n, "name": name, "daemon": False, "states": []}
            for n, name in enumerate(("Main", first, second))
        ],
        "events": events,
        "output": [
            {"after": 5, "t": 0.003, "thread": 1, "level": "INFO", "text": "starting", "ends": True}
        ],
    } | others


COLUMNS = ["thread", "do", "object", "value", "depth", "source", "line", "preempts", "loses"]


BRANCHES = ["number", "thread", "operation", "place", "current", "node"]


def _choice(number, node, line=5, current=0):
    return [number, f"Thread {number - 1}", "go on", f"race.py:{line}", current, node]


def _end(*rows, outcome):
    summary, ok = [("1 lost", False), ("0 lost", True)][outcome]
    end = {"outcome": outcome, "ok": ok, "summary": summary}
    return {"events": list(rows), "cast": 0} | end


def exploration(**others):
    """The document of an exploration of two threads, each of which reads and then writes."""
    nodes = [
        _end([1, "write", 0, "1"], [1, "end"], [2, "begin"], [2, "read", 0, "1"],
             [2, "write", 0, "2"], [2, "end"], outcome=1),
        _end([2, "begin"], [2, "read", 0, "0"], [2, "write", 0, "1"], [2, "end"],
             [1, "write", 0, "1"], [1, "end"], outcome=0),
        _end([1, "begin"], [1, "read", 0, "0"], [1, "write", 0, "1"], [1, "end"],
             [2, "write", 0, "1"], [2, "end"], outcome=0),
        {
            "events": [[1, "begin"], [1, "read", 0, "0", None, 0, 5]],
            "cast": 0,
            "choices": [_choice(1, 0, 7, current=1), _choice(2, 1)],
        },
        {
            "events": [[2, "begin"], [2, "read", 0, "0", None, 0, 5]],
            "cast": 0,
            "choices": [_choice(1, 2), _choice(2, None, 7, current=1)],
        },
        {
            "events": [[0, "begin"], [1, "create"], [2, "create"]],
            "cast": 0,
            "output": [[1, 0, "INFO", "go", 1]],
            "choices": [_choice(1, 3), _choice(2, 4)],
        },
    ]  # fmt: skip
    outcomes = [
        {"summary": "1 lost", "facts": {}, "ok": False, "count": 4, "share": "66.7%",
         "replay": "--schedule 1.2", "path": [1, 2]},
        {"summary": "0 lost", "facts": {}, "ok": True, "count": 2, "share": "33.3%",
         "replay": "--schedule 1x2", "path": [1, 1]},
    ]  # fmt: skip
    one = run()
    kept = ("schema", "version", "demo", "params", "ok", "sources")
    casts = [{name: one[name] for name in ("threads", "objects")}]
    return (
        {name: one[name] for name in kept}
        | {
            "mode": "explored",
            "summary": "every schedule (6): 2 outcomes",
            "command": "race",
            "complete": True,
            "outcomes": outcomes,
            "tree": {
                "complete": False,
                "schedules": 3,
                "columns": COLUMNS,
                "branches": BRANCHES,
                "replay": ["--schedule ", ""],
                "casts": casts,
                "nodes": nodes,
            },
        }
        | others
    )
