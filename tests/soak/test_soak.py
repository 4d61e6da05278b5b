"""Large numbers of runs, on two at a time; what was measured is printed, and only hangs fail."""

import json
import os
import random
import re
import signal
import statistics
import subprocess
import time
from collections import Counter
from pathlib import Path

import lessons
import pytest
from process import processes, test_failures
from process.fuzzing import Fuzz
from process.processes import (
    ENDING,
    MODULE,
    NARRATIVE,
    ended,
    environment,
    on_two,
    run,
    started,
)
from process.test_fuzz import as_a_process


def figures(what, seconds):
    """Print how long something took, in milliseconds."""
    ordered = sorted(seconds)
    median, worst = statistics.median(ordered), ordered[-1]
    most = ordered[int(len(ordered) * 0.99)]
    print(
        f"\n{what}: {len(ordered)} times; median {1000 * median:.1f} ms, "
        f"99 % within {1000 * most:.1f} ms, worst {1000 * worst:.1f} ms"
    )


def signalled(args, moment, signum, env):
    """The end of a process that got a signal at a moment, and how long it took to end."""
    with started([*MODULE, *args], env) as process:
        time.sleep(moment)
        alive = process.poll() is None
        sent = time.monotonic()
        process.send_signal(signum)
        process.wait(processes.BOUND)
        took = time.monotonic() - sent
        return ended(process), took, alive


LONG = {
    "sleeping": ["many", "--sleep", "60"],
    "pool": ["executor", "--sleep", "60"],
    "naive": [
        *("prodcons-queue", "--naive", "--sleep", "0.05", "--produce-sleep", "0.1"),
        *("--consumers", "2"),
    ],
    "busy": ["prodcons-queue", "--sleep", "60"],
    "series": ["race", "--sleep", "0.005", "--repeat", "100000"],
}


@pytest.mark.parametrize("args", LONG.values(), ids=LONG)
def test_signals_at_random_moments(args):
    """500 in all, from the start of the process on: one line at most, and death by the signal."""
    chance = random.Random(str(args))
    cases = [
        (chance.uniform(0, 0.3), ENDING[number % 3], environment(bool(number % 2)))
        for number in range(100)
    ]
    before_us = []

    def one(case):
        moment, signum, env = case
        end, took, alive = signalled(args, moment, signum, env)
        if end.returncode == 0 and (not alive or "--naive" in args):
            return took  # it had come to its end by itself
        own = signum == signal.SIGINT and "KeyboardInterrupt" in end.stderr
        if own and not processes.in_package(end.stderr):
            before_us.append(moment)
            return took
        assert end.returncode == -signum, (moment, end)
        assert len(end.notes) <= 1, (moment, end)
        return took

    figures(f"from the signal to the end, {' '.join(args)}", on_two(one, cases))
    print(f"{len(before_us)} came before the package's first line, while the interpreter started")


@pytest.mark.parametrize("unbuffered", [False, True], ids=["buffered", "unbuffered"])
def test_daemon_threads_at_the_end(unbuffered):
    """1,000 runs whose thread wakes within a millisecond of the end: exit 0, whole lines."""
    env = environment(unbuffered)

    def one(number):
        args = ["daemon", "--sleep", f"{number / 500_000:f}"]
        end = run([*MODULE, *args], env)
        assert end.returncode == 0, end
        assert all(NARRATIVE.fullmatch(line) for line in end.lines), end
        return end.stdout

    outcomes = Counter(on_two(one, range(500)))
    assert len(outcomes) <= 2
    print()
    for out, count in outcomes.most_common():
        print(f"{count:4} of 500: {out}", end="")


def test_random_command_lines_as_processes():
    """Hundreds, the naive shutdown among them."""
    fuzz = Fuzz(7, hanging=True)

    def one(case):
        began = time.monotonic()
        return as_a_process(case), time.monotonic() - began

    found = on_two(one, enumerate(fuzz.line() for _ in range(500)))
    figures("random command lines", [took for _, took in found])
    print(f"exit codes: {dict(sorted(Counter(code for code, _ in found).items()))}")


def sizes(chance, demo):
    """Random counts, sleeps and sizes of a producer and consumer demo, all of them small."""
    sleep = [0, 0, 0, 0.0001, 0.001, 0.003]
    args = [
        demo,
        "--producers",
        f"{chance.randint(1, 6)}",
        "--consumers",
        f"{chance.randint(1, 6)}",
    ]
    args += [
        "--produce-sleep",
        f"{chance.choice(sleep)}",
        "--consume-sleep",
        f"{chance.choice(sleep)}",
    ]
    if demo == "prodcons-lock" or chance.random() < 0.6:
        args += ["--messages", f"{chance.randint(0, 25)}"]
    if demo == "prodcons-queue":
        args += ["--queue-size", f"{chance.choice([0, 1, 1, 2, 3, 10])}"]
        args += ["--sleep", f"{chance.choice([0, 0.0005, 0.002, 0.005])}"]
    return args


@pytest.mark.parametrize("kind", ["prodcons-lock", "prodcons-queue"])
def test_no_message_is_lost_and_nothing_hangs(kind):
    """1,250 runs of each, ten for each of 125 random settings."""
    chance = random.Random(kind)
    settings = [sizes(chance, kind) for _ in range(125)]

    def one(args):
        end = run([*MODULE, *args, "--repeat", "10", "--timeout", "30", "--check", "--json"])
        assert end.returncode == 0, (args, end)
        document = json.loads(end.stdout)
        assert document["runs"] == 10
        for outcome in document["outcomes"]:
            facts = outcome["facts"]
            assert facts["lost"] == facts["repeated"] == 0
            assert facts["produced"] == facts["stored"]
        messages = sum(o["facts"]["produced"] * o["count"] for o in document["outcomes"])
        return document["runs"], messages

    began = time.monotonic()
    found = on_two(one, settings)
    runs, messages = map(sum, zip(*found, strict=True))
    print(f"\n{kind}: {runs:,} runs, {messages:,} messages, {time.monotonic() - began:.0f} s")
    assert runs == 1250


def test_a_fault_in_every_call(quick, tmp_path):
    """Of everything that a demo calls, until there is no further call in a run."""
    took = []

    def one(case):
        demo, target = case
        file, args = tmp_path / f"{demo} {target}", [demo, *quick[demo]]
        for call in range(1, 40):
            began = time.monotonic()
            end, threads = test_failures.faulty(file, (target, f"{call}", "ValueError"), args)
            took.append(time.monotonic() - began)
            test_failures.check(end, threads, demo, "ValueError")
            if not threads:
                break
        return call

    cases = [(demo, target) for demo in lessons.NAMES for target in test_failures.targets(demo)]
    calls = on_two(one, cases)
    figures(f"runs with a fault, of {len(cases)} functions, {sum(calls)} calls", took)


def processor_time(pid):
    """Seconds that a process has computed, in all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_memory_that_runs_out():
    """At various limits, in a worker that has it all in its messages.

    An interpreter can go round in circles when it is refused memory in a bad moment; that is told
    apart from a thread that waits for ever by the time it computes, and only counted.
    """
    if not Path("/proc/self/stat").exists():
        pytest.skip("the limit is Linux's to enforce")
    args = ["prodcons-queue", "--queue-size", "0", "--sleep", "300", "--consume-sleep", "300", "-q"]

    def one(kilobytes):
        began = time.monotonic()
        with started(test_failures.limited(kilobytes, args)) as process:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                before = processor_time(process.pid)
                time.sleep(2)
                assert processor_time(process.pid) - before > 0.5, "hangs"
                return "the interpreter goes round in circles", time.monotonic() - began
            end = ended(process)
        assert end[:2] == (3, ""), end
        (line,) = end.lines
        return re.sub(r"\d+", "N", line.partition(": ")[2]), time.monotonic() - began

    found = on_two(one, range(100_000, 250_000, 5_000))
    figures("runs out of memory", [took for _, took in found])
    print(*Counter(line for line, _ in found).items(), sep="\n")


def test_limits_are_kept():
    """--timeout: how long after its limit a process ends, with few threads and with many."""
    for threads in (2, 200, 2000):
        late = []
        for _ in range(5):
            args = ["many", f"--threads={threads}", "--sleep=300", "--timeout=3", "-q"]
            with started([*MODULE, *args]) as process:
                began = time.monotonic()
                end = ended(process)
            late.append(time.monotonic() - began - 3)
            assert end.returncode == 124
            assert len(end.lines) >= threads
        figures(f"after a limit of 3 s from the start of the process, {threads} threads", late)
