"""The demo many: several threads, joined one after the other."""

import json

import pytest


def story(threads: int) -> list[str]:
    """Main's lines, in the one order they can have."""
    created = [f"Main    : create and start thread {index}." for index in range(threads)]
    for index in range(threads):
        created += [f"Main    : before joining thread {index}.", f"Main    : thread {index} done"]
    return created


def check(messages: list[str], threads: int, in_turn) -> None:
    """Main's lines in order, every thread's between its start and its join."""
    in_turn(messages, story(threads))
    assert len(messages) == 5 * threads
    for index in range(threads):
        life = [
            f"Main    : create and start thread {index}.",
            f"Thread {index}: starting",
            f"Thread {index}: finishing",
            f"Main    : thread {index} done",
        ]
        in_turn(messages, life)


def test_defaults(run_process, lines, in_turn):
    """Three threads start, in order, before the first of them finishes."""
    result = run_process("many", "--json")
    assert result.returncode == 0
    document = json.loads(result.stdout)
    assert document["params"] == {"threads": 3, "sleep": 2.0}
    facts = document["facts"]
    assert (facts["threads"], facts["finished"]) == (3, 3)
    assert sorted(facts["finish_order"]) == [0, 1, 2]
    assert document["ok"] is True
    messages = lines(result.stderr)
    check(messages, 3, in_turn)
    in_turn(messages, [f"Thread {index}: starting" for index in range(3)])
    assert messages.index("Main    : before joining thread 0.") < messages.index(
        "Thread 0: finishing"
    )


@pytest.mark.parametrize("threads", [1, 2, 13], ids="{} threads".format)
def test_any_number_of_threads(invoke, lines, in_turn, threads):
    """Every thread starts, finishes and is joined, once each."""
    result = invoke("many", "--threads", str(threads), "--sleep", "0", "--check")
    assert result.exit_code == 0
    check(lines(result.stderr), threads, in_turn)


def test_a_thousand_threads(invoke):
    """The result stays one line, and says that the list of threads is folded."""
    result = invoke("many", "--threads", "1000", "--sleep", "0", "--check", "-q")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("1000 of 1000 threads finished, in the order ")
    assert result.stdout.endswith(", ... (1000 in all)\n")
    assert result.stdout.count("\n") == 1


def test_the_order_is_the_order_of_the_ends(invoke, changed, lines):
    """Threads that are made to finish in the tutorial's order are said to have."""
    changed(
        "many", ("    time.sleep(sleep)", "    while len(finished) < 2 - name: time.sleep(0.001)")
    )
    result = invoke("many", "--check", "--expect", "finish_order=2,1,0")
    assert result.exit_code == 0
    assert result.stdout == "3 of 3 threads finished, in the order 2, 1, 0\n"
    finishing = [line[:8] for line in lines(result.stderr) if line.endswith("finishing")]
    assert sorted(finishing) == ["Thread 0", "Thread 1", "Thread 2"]


@pytest.mark.parametrize(
    ("line", "finished"),
    [("name == 1 or finished.append(name)", 2), ("finished.extend([name] * (1 + name))", 6)],
    ids=["one thread never finishes", "threads finish twice"],
)
def test_every_thread_once(invoke, changed, line, finished):
    """The facts are observed: a thread too few or an end too many breaks the promise."""
    changed("many", ("    finished.append(name)", f"    {line}"))
    result = invoke("many", "--sleep", "0", "--check", "--expect", f"finished={finished}")
    assert result.exit_code == 1
    assert ": expected " not in result.stderr
    assert 'the promise "Every thread finished, once" was not kept: ' in result.stderr


def test_no_thread_finished(invoke, changed):
    """An order without threads in it is still a sentence."""
    changed("many", ("    finished.append(name)", "    pass"))
    result = invoke("many", "--sleep", "0", "--expect", "finish_order=")
    assert result.exit_code == 0
    assert result.stdout == "0 of 3 threads finished, in the order none\n"
