"""What the tool costs, as ratios measured in one run. Not a test: ``make bench`` runs it.

Whole processes are timed, ours and the baseline in turns, so that whatever else the machine does
meets both. The baseline of a demo is its own file as a bare script, which imports Click as well.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import lessons
from process import processes

TOOL = [sys.executable, *processes.script()]
AIM = 1.15
TALK = 0.5  #: seconds that the log's measurement goes on

#: What a demo's file needs to be a script that runs by itself: the tutorial's log, and an end.
SCRIPT = """
import click
import logging

logging.basicConfig(format="%(asctime)s: %(message)s", level=logging.INFO, datefmt="%H:%M:%S")

{source}

def by_itself():
    import threading

    facts = run(**{params})
    for thread in threading.enumerate():
        if not (thread.daemon or thread is threading.main_thread()):
            thread.join()
    print(facts())

by_itself()
"""

#: Runs commands of the tool in one process, the first ones to warm up; then prints the seconds.
DRIVER = """
import json, sys, time
from threaddemo.cli import cli

warm_up, commands = json.loads(sys.argv[1])
for number, words in enumerate(warm_up + commands):
    if number == len(warm_up):
        began = time.perf_counter()
    try:
        cli.main(words, prog_name="threaddemo")
    except SystemExit as end:
        if end.code:
            sys.exit(end.code)
print(time.perf_counter() - began, flush=True)
"""

#: Programs of which the cost is measured, by what they do.
SCRIPTS = {
    "locked": """import threading
total, lock = 0, threading.Lock()
def add():
    global total
    for _ in range(1000):
        with lock:
            total += 1
threads = [threading.Thread(target=add) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(total)
""",
    "handed over": """import queue, threading
items, results = queue.Queue(10), []
def work():
    while (item := items.get()) is not None:
        results.append(sum(n * n for n in range(item)))
worker = threading.Thread(target=work)
worker.start()
for number in range(1000): items.put(number % 100)
items.put(None)
worker.join()
print(len(results))
""",
    "waiting": """import threading, time
threads = [threading.Thread(target=time.sleep, args=(0.5,)) for _ in range(10)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print("done")
""",
}

#: The simulator's explorations: options, and the schedules a second that are aimed at.
EXPLORED = [
    (["race", "--threads=2"], None),
    (["race", "--threads=3"], 5000),
    (["race", "--threads=4"], None),
    (["fixrace", "--threads=2"], None),
    (["fixrace", "--threads=3"], None),
    (["prodcons-queue", "--messages=1", "--queue-size=1"], None),
    (["prodcons-queue", "--messages=2", "--queue-size=1"], None),
    (["prodcons-queue", "--messages=3", "--queue-size=1"], None),
]
MOST_SCHEDULES = 6000
#: Every schedule by itself: with so many preemptions none is left out.
PLAIN = ["--explore", "--preemptions=1000"]
#: How far exploration by kinds gets: by threads and by messages, up to the tutorial's own sizes.
REACH = [
    *(["many", f"--threads={number}"] for number in (3, 4, 5)),
    *(["executor", f"--threads={number}"] for number in (3, 5)),
    *(["race", f"--threads={number}"] for number in (3, 4, 5)),
    *(["fixrace", f"--threads={number}"] for number in (3, 4, 5)),
    *(["semaphore", f"--threads={number}"] for number in (3, 4, 5)),
    ["prodcons-lock", "--messages=10"],
    *(["prodcons-queue", f"--messages={number}"] for number in (2, 4, 6, 8, 10)),
    *(["prodcons-queue", "--naive", f"--messages={number}"] for number in (2, 4, 6)),
    *(["deadlock", f"--threads={number}"] for number in (2, 3, 4)),
]
WITHIN = 60  #: seconds that each of them may take
PLAIN_REACH = 30_000  #: schedules that are also run one by one, to compare


class Cost(NamedTuple):
    """One process: wall-clock seconds, and its peak memory in MiB."""

    seconds: float
    memory: float


@contextmanager
def null():
    """Yield a descriptor of /dev/null."""
    descriptor = os.open(os.devnull, os.O_WRONLY)
    yield descriptor
    os.close(descriptor)


@contextmanager
def file():
    """Yield the descriptor of a file."""
    with tempfile.TemporaryFile() as opened:
        yield opened.fileno()


@contextmanager
def pipe():
    """Yield the end of a pipe whose other end is read as fast as it fills."""
    source, descriptor = os.pipe()

    def drain():
        while os.read(source, 1 << 16):
            pass

    reader = threading.Thread(target=drain)
    reader.start()
    yield descriptor
    os.close(descriptor)
    reader.join()
    os.close(source)


@contextmanager
def one_cpu():
    """Run the commands on one CPU, where the system can.

    On two, threads that fight for the interpreter's lock can take twice as long from one run to
    the next, whatever they do.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    yield
    os.sched_setaffinity(0, allowed)


SINKS = {"/dev/null": null, "a file": file, "a pipe": pipe}


def spawn(command, stdout, stderr):
    """Run a command with its output in these descriptors.

    Raises:
        RuntimeError: it failed.
    """
    actions = [(os.POSIX_SPAWN_DUP2, stdout, 1), (os.POSIX_SPAWN_DUP2, stderr, 2)]
    began = time.perf_counter()
    process = os.posix_spawn(command[0], command, os.environ, file_actions=actions)
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - began
    if status:
        raise RuntimeError(f"{' '.join(command)}: wait status {status}")
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Cost(seconds, usage.ru_maxrss / unit)


def cost(command):
    """Run a command whose output nobody reads."""
    with null() as descriptor:
        return spawn(command, descriptor, descriptor)


def printed(command, stderr):
    """Run a command; the value is the lines of its result."""
    with tempfile.TemporaryFile() as result:
        spawn(command, result.fileno(), stderr)
        result.seek(0)
        return result.read().decode().splitlines()


def in_turns(rounds, *commands):
    """Run the commands in turns, in both orders; the value has the medians of each."""
    costs = [[cost(command)] for command in commands]  # fills caches
    for number in range(rounds):
        turn = list(enumerate(commands))
        for index, command in turn if number % 2 else turn[::-1]:
            costs[index].append(cost(command))
    return [Cost(*map(statistics.median, zip(*runs[1:], strict=True))) for runs in costs]


def show(title, *columns):
    """One row of a table."""
    print(f"{title:<44}" + "".join(f"{column:>13}" for column in columns), flush=True)


def heading(title, *columns):
    """The first row of a table."""
    print()
    show(title, *columns)


def judged(ratio, aim):
    """The ratio's aim, marked when it is missed."""
    return f"{aim:.2f} {'ok' if ratio <= aim else 'MISSED'}"


def milliseconds(seconds):
    """A duration in ms."""
    return f"{1000 * seconds:.1f} ms"


def compare(title, ours, theirs, rounds):
    """A row that compares two commands' times."""
    mine, baseline = found = in_turns(rounds, ours, theirs)
    ratio = mine.seconds / baseline.seconds
    times = milliseconds(mine.seconds), milliseconds(baseline.seconds)
    show(title, *times, f"{ratio:.2f}", judged(ratio, AIM))
    return found


def script(folder, demo, **given):
    """The command of a demo's file as a script, which is written to the folder."""
    params = {o.keyword: given.get(o.name, o.default) for o in lessons.module(demo).OPTIONS}
    path = folder / f"{demo}.py"
    path.write_text(SCRIPT.format(source=lessons.source(demo), params=params), encoding="utf-8")
    return [sys.executable, str(path)]


def both(folder, demo, **given):
    """The commands of a demo and of its bare script."""
    return [*TOOL, demo, *lessons.words(given)], script(folder, demo, **given)


def start_up(rounds):
    """Compare what shows a text and stops with the import of Click alone."""
    heading("start-up", "threaddemo", "import click", "ratio", "aim")
    for option in ("--version", "--help"):
        compare(option, [*TOOL, option], [sys.executable, "-c", "import click"], rounds)


def demos(rounds, folder):
    """Compare each demo with its bare script."""
    heading("demo", "threaddemo", "bare script", "ratio", "aim")
    for name in lessons.NAMES:
        compare(name, *both(folder, name, **lessons.settings(name, seconds=0, size=10)), rounds)


def crowd(rounds, folder):
    """Compare a thousand threads with their bare script, in time and memory."""
    heading("1,000 threads", "threaddemo", "bare script", "ratio", "aim")
    ours, theirs = both(folder, "many", threads=1000, sleep=0)
    mine, baseline = compare("many --threads 1000", ours, theirs, rounds)
    memory = f"{mine.memory:.0f} MiB", f"{baseline.memory:.0f} MiB"
    show("  peak memory", *memory, f"{mine.memory / baseline.memory:.2f}")


def line_rate(command, sink):
    """Run prodcons-queue until its event: the lines a second, of which a message makes two."""
    with one_cpu(), SINKS[sink]() as stderr:
        (result,) = printed(command, stderr)
    return 2 * int(result.partition(" ")[0]) / TALK


def log_lines(rounds, folder):
    """Compare the log's lines a second with those of a plain StreamHandler."""
    heading("log lines a second", "threaddemo", "bare script", "ours/bare", "aim")
    ours, theirs = both(folder, "prodcons-queue", sleep=TALK)
    for sink in SINKS:
        pairs = [(line_rate(ours, sink), line_rate(theirs, sink)) for _ in range(rounds)]
        mine, baseline = map(statistics.median, zip(*pairs, strict=True))
        faster = mine / baseline
        verdict = f">= 1 {'ok' if round(faster, 2) >= 1 else 'MISSED'}"
        show(
            f"prodcons-queue to {sink}",
            f"{mine:,.0f}",
            f"{baseline:,.0f}",
            f"{faster:.2f}",
            verdict,
        )


def driven(commands, warm_up):
    """Run commands in one process: the seconds, and the lines of their results."""
    words = json.dumps([warm_up, commands])
    with null() as stderr:
        # Isolated, so that what is imported is what is installed, not the checkout.
        *lines, seconds = printed([sys.executable, "-I", "-c", DRIVER, words], stderr)
    return float(seconds), lines


def explorations(rounds):
    """Show the schedules a second, and how they grow with threads and messages."""
    heading("exploration", "schedules", "", "a second", "aim")
    for options, aim in EXPLORED:
        command = [*options, *PLAIN, f"--max-schedules={MOST_SCHEDULES}", "--json"]
        _, (text,) = driven([command], [])
        document = json.loads(text)
        times = min(20, 1 + 1500 // document["runs"])  # so that a small one is measured too
        found = [driven([command] * times, [command])[0] for _ in range(rounds)]
        rate = times * document["runs"] / statistics.median(found)
        all_or_not = "all" if document["complete"] else "not all"
        verdict = f">= {aim:,.0f} {'ok' if rate >= aim else 'MISSED'}" if aim else ""
        show(" ".join(options), f"{document['runs']:,}", all_or_not, f"{rate:,.0f}", verdict)


def reach(_rounds):
    """Show what is exhausted by kinds, how soon, and beside it one schedule after the other."""
    heading("by kinds", "schedules", "kinds", "seconds", "one by one")
    for options in REACH:
        bounds = ["--max-schedules=200000", "--json", f"--timeout={2 * WITHIN}"]
        try:
            seconds, (text,) = driven([[*options, "--explore", *bounds]], [])
        except RuntimeError:  # its exit code is that of a time-out
            show(" ".join(options), "-", "-", "MISSED", "-")
            continue
        document = json.loads(text)
        verdict = "" if document["complete"] and seconds <= WITHIN else " MISSED"
        plain = "-"
        if document["runs"] <= PLAIN_REACH:
            plain = f"{driven([[*options, *PLAIN, '--max-schedules=200000']], [])[0]:.2f}"
        kinds = f"{document['kinds']:,}"
        show(" ".join(options), f"{document['runs']:,}", kinds, f"{seconds:.2f}{verdict}", plain)


def replays(rounds):
    """Show what seeded runs take."""
    heading("replay", "seconds", "", "", "aim")
    names = [name for name in lessons.NAMES if not lessons.real_only(name)]
    commands = [[name, "--seed=1", "--quiet"] for name in names]
    seconds = statistics.median(driven(commands, [])[0] for _ in range(rounds))
    verdict = f"0.100 {'ok' if seconds <= 0.1 else 'MISSED'}"
    show(f"{len(names)} demos, --seed 1, in one process", f"{seconds:.3f}", "", "", verdict)
    alone = cost([*TOOL, "many", "--threads=1000", "--seed=1"])
    show("many --threads 1000 --seed 1, a process", f"{alone.seconds:.3f}")
    show("  peak memory", f"{alone.memory:.0f} MiB")


def scripts(rounds, folder):
    """Show what it costs to run a script: for real, and to hear what it touches."""
    heading("a script of one's own", "threaddemo", "python FILE", "ratio", "aim")
    for title, text in SCRIPTS.items():
        path, with_click = folder / f"{title}.py", folder / f"{title} with click.py"
        path.write_text(text, encoding="utf-8")
        with_click.write_text(f"import click\n{text}", encoding="utf-8")
        ours = [*TOOL, "run", str(path), "--quiet"]
        compare(title, ours, [sys.executable, str(with_click)], rounds)
    heading("the same from a seed", "fine", "plain", "ratio", "aim")
    for title in SCRIPTS:
        words = ["run", str(folder / f"{title}.py"), "--seed=1", "--quiet"]
        found = [[], []]
        for _ in range(rounds):
            for seconds, points in zip(found, ("--fine", "--coarse"), strict=True):
                seconds.append(driven([[*words, points]], [["race", "--seed=1", "--quiet"]])[0])
        mine, plain = map(statistics.median, found)
        ratio = mine / plain
        show(title, milliseconds(mine), milliseconds(plain), f"{ratio:.2f}", judged(ratio, 2))


def simulator(rounds):
    """Measure the simulator, if there is one."""
    try:
        driven([["race", "--seed=1"]], [])
    except RuntimeError:
        heading("simulator: not available")
        return
    explorations(rounds)
    reach(rounds)
    replays(rounds)


def main():
    """Measure everything, or what was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("parts", nargs="*", help="start, demos, crowd, log, scripts, simulator")
    asked = parser.parse_args()
    few, some = (3, 7) if asked.quick else (11, 41)

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts = {
            "start": lambda: start_up(some),
            "demos": lambda: demos(some, folder),
            "crowd": lambda: crowd(few, folder),
            "log": lambda: log_lines(few, folder),
            "scripts": lambda: scripts(few, folder),
            "simulator": lambda: simulator(3),
        }
        print(f"Python {sys.version.split()[0]}, medians of {some} or {few} runs in turns")
        for part in asked.parts or parts:
            parts[part]()


if __name__ == "__main__":
    main()
