"""The demo executor: a pool starts the threads and waits for them."""

import json

import pytest


def check(messages, tasks, in_turn):
    """Each task starts and finishes, once; nothing else is said."""
    assert len(messages) == 2 * tasks
    for index in range(tasks):
        in_turn(messages, [f"Thread {index}: starting", f"Thread {index}: finishing"])


def test_defaults(by_default, lines, in_turn):
    """All three tasks start before the first of them finishes."""
    result = by_default("executor")
    assert result.returncode == 0
    document = json.loads(result.stdout)
    assert document["params"] == {"threads": 3, "workers": 3, "sleep": 2.0}
    facts = document["facts"]
    assert sorted(facts.pop("finish_order")) == [0, 1, 2]
    assert facts == {"threads": 3, "workers": 3, "finished": 3, "peak": 3}
    assert document["ok"] is True
    messages = lines(result.stderr)
    check(messages, 3, in_turn)
    assert sorted(messages[:3]) == [f"Thread {index}: starting" for index in range(3)]


@pytest.mark.parametrize("sleep", ["0", "0.01"], ids="sleep {}".format)
@pytest.mark.parametrize(
    "sizes",
    [(2, 1), (1, 1), (1, 5), (7, 2), (40, 8)],
    ids=["2 by 1", "1 by 1", "1 by 5", "7 by 2", "40 by 8"],
)
def test_any_number_of_tasks_and_workers(invoke, lines, in_turn, sizes, sleep):
    """Every task is done once, with no more at a time than there are workers."""
    tasks, workers = sizes
    options = ["--threads", str(tasks), "--workers", str(workers), "--sleep", sleep]
    result = invoke("executor", *options, "--json", "--check")
    assert result.exit_code == 0
    facts = json.loads(result.stdout)["facts"]
    assert (facts["threads"], facts["workers"], facts["finished"]) == (tasks, workers, tasks)
    assert sorted(facts["finish_order"]) == list(range(tasks))
    assert 1 <= facts["peak"] <= workers
    check(lines(result.stderr), tasks, in_turn)


def test_one_worker_takes_the_tasks_in_order(invoke, lines):
    """The second task starts when the first is finished."""
    result = invoke(
        "executor", "--threads", "2", "--workers", "1", "--sleep", "0", "--expect", "peak=1"
    )
    assert result.exit_code == 0
    words = [
        "Thread 0: starting",
        "Thread 0: finishing",
        "Thread 1: starting",
        "Thread 1: finishing",
    ]
    assert lines(result.stderr) == words


def test_a_thousand_tasks(invoke):
    """A thousand tasks, a thousand workers."""
    options = ["--threads", "1000", "--workers", "1000", "--sleep", "0"]
    result = invoke("executor", *options, "--check", "-q", "--expect", "finished=1000")
    assert (result.exit_code, result.stderr) == (0, "")


def test_the_order_is_the_order_of_the_ends(invoke, changed):
    """Tasks that are made to finish the other way round are said to have."""
    changed(
        "executor",
        ("    time.sleep(sleep)", "    while len(finished) < 2 - name: time.sleep(0.001)"),
    )
    result = invoke("executor", "--check", "--expect", "finish_order=2,1,0", "--expect", "peak=3")
    assert result.exit_code == 0
    assert "in the order 2, 1, 0; at most 3 at a time with 3 workers" in result.stdout


def test_a_worker_too_many_breaks_the_promise(invoke, changed):
    """The peak is observed: a pool bigger than it says is found out."""
    changed(
        "executor",
        ("max_workers=workers)", "max_workers=workers + 1)"),
        ("    time.sleep(sleep)", "    MEETING.wait(30)"),
        first="MEETING = threading.Barrier(2)",
    )
    result = invoke("executor", "--threads", "2", "--workers", "1", "--check", "--expect", "peak=2")
    assert result.exit_code == 1
    assert result.stdout.endswith("at most 2 at a time with 1 worker\n")
    assert ": expected " not in result.stderr


@pytest.mark.parametrize(
    ("line", "finished"),
    [("name == 1 or finished.append(name)", 2), ("finished.extend([name] * (1 + name))", 6)],
    ids=["one task never finishes", "tasks finish twice"],
)
def test_every_task_once(invoke, changed, line, finished):
    """The facts are observed: a task too few or an end too many breaks the promise."""
    changed("executor", ("    finished.append(name)", f"    {line}"))
    result = invoke("executor", "--sleep", "0", "--check", "--expect", f"finished={finished}")
    assert result.exit_code == 1
    assert ": expected " not in result.stderr
