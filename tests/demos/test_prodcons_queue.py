"""The demo prodcons-queue: a queue between the threads, and an event that ends it."""

import json
import re
from itertools import chain

import pytest

from threaddemo.demo import patience
from threaddemo.demos import prodcons_queue

EVENT = "Main: about to set event"
LEAVES = "{} received EXIT event. Exiting"
STORING = re.compile(r"Consumer(?: \d+)? storing message: (\d+)  \(queue size=(\d+)\)")


def values(messages):
    """The values produced, the values stored, and the queue sizes that were logged."""
    produced = [int(line.split(": ")[1]) for line in messages if " got message: " in line]
    stored = [match for match in map(STORING.fullmatch, messages) if match]
    return produced, [int(match[1]) for match in stored], [int(match[2]) for match in stored]


def options(**settings):
    """Options from keywords."""
    pairs = ((f"--{name.replace('_', '-')}", str(value)) for name, value in settings.items())
    return list(chain.from_iterable(pairs))


def test_defaults(run_process, lines, in_turn):
    """Until the event the producer produces; the consumer leaves when all of it is stored."""
    result = run_process("prodcons-queue", "--json", "--check")
    assert result.returncode == 0
    document = json.loads(result.stdout)
    assert document["params"] == {
        "queue_size": 10,
        "sleep": 0.1,
        "messages": None,
        "burst": 1,
        "producers": 1,
        "consumers": 1,
        "produce_sleep": 0.0,
        "consume_sleep": 0.0,
        "naive": False,
    }
    facts = document["facts"]
    assert facts["produced"] == facts["stored"] > 0
    assert (facts["lost"], facts["repeated"], facts["in_order"]) == (0, 0, True)
    assert 1 <= facts["deepest_queue"] <= 10
    messages = lines(result.stderr)
    produced, stored, sizes = values(messages)
    assert produced == stored
    assert len(messages) == 2 * facts["produced"] + 3
    assert all(0 <= size <= 10 for size in sizes)
    in_turn(messages, [EVENT, LEAVES.format("Producer"), LEAVES.format("Consumer")])
    assert messages[-1] == LEAVES.format("Consumer")


def test_debug_shows_every_step(invoke, lines, in_turn):
    """Each side's log is the tutorial's; the sentinel is told of as what it is."""
    result = invoke("prodcons-queue", *options(messages=3), "--debug", "--check")
    assert result.exit_code == 0
    messages = lines(result.stderr)
    produced, _, sizes = values(messages)
    of_producer, of_consumer = [], []
    for value, size in zip(produced, sizes, strict=True):
        of_producer += [
            f"Producer got message: {value}",
            f"Producer:about to add {value} to queue",
            f"Producer:added {value} to queue",
        ]
        of_consumer += [
            "Consumer:about to get from queue",
            f"Consumer:got {value} from queue",
            f"Consumer storing message: {value}  (queue size={size})",
        ]
    of_consumer += ["Consumer:about to get from queue", "Consumer:got the sentinel from queue"]
    of_consumer.append(LEAVES.format("Consumer"))
    said = [line for line in messages if line.startswith("Producer")]
    assert said == [*of_producer, LEAVES.format("Producer")]
    assert [line for line in messages if line.startswith("Consumer")] == of_consumer
    in_turn(messages, [EVENT, "Main:about to add the sentinel to queue", LEAVES.format("Consumer")])


@pytest.mark.parametrize("pauses", [(0, 0), (0.001, 0), (0, 0.001)], ids=str)
@pytest.mark.parametrize("queue_size", [0, 1, 2, 10], ids="queue of {}".format)
@pytest.mark.parametrize(
    "sizes",
    [(1, 1, 0), (1, 1, 20), (2, 1, 10), (1, 3, 1), (8, 3, 5), (3, 8, 5)],
    ids="{0[0]} to {0[1]} with {0[2]}".format,
)
def test_any_number_of_threads(invoke, sizes, queue_size, pauses):
    """No message is lost or repeated, and everybody leaves, whatever the numbers are."""
    producers, consumers, messages = sizes
    total = producers * messages
    numbers = options(producers=producers, consumers=consumers, messages=messages)
    pause = options(produce_sleep=pauses[0], consume_sleep=pauses[1])
    size = options(queue_size=queue_size, sleep=0)  # an event that comes first ends nothing
    result = invoke("prodcons-queue", *numbers, *pause, *size, "--check", "--json", "-q")
    assert (result.exit_code, result.stderr) == (0, "")
    facts = json.loads(result.stdout)["facts"]
    deepest = facts.pop("deepest_queue")
    assert min(total, 1) <= deepest <= (queue_size or total)
    assert facts == {
        "produced": total,
        "stored": total,
        "lost": 0,
        "repeated": 0,
        "in_order": True if producers == consumers == 1 else None,
    }


@pytest.mark.parametrize(
    "settings",
    [
        {"producers": 8, "consumers": 3, "queue_size": 1},
        {"producers": 8, "consumers": 3, "queue_size": 1, "produce_sleep": 0.002},
        {"producers": 3, "consumers": 8},
        {"queue_size": 0},
        {"queue_size": 1},
        {"queue_size": 1, "consume_sleep": 0.01},
        {"produce_sleep": 0.01},
        {"produce_sleep": 0.01, "consumers": 2},
        {"produce_sleep": 0.005},
        {"produce_sleep": 0.2},
        {"messages": 5},
        {"messages": 1, "producers": 3, "consumers": 2},
        {"messages": 200, "queue_size": 1},
    ],
    ids=str,
)
def test_until_the_event(invoke, lines, settings):
    """The event ends it at any moment: nobody hangs, and what was produced is stored."""
    result = invoke("prodcons-queue", *options(sleep=0.02, **settings), "--check", "--json")
    assert result.exit_code == 0
    facts = json.loads(result.stdout)["facts"]
    assert facts["produced"] == facts["stored"]
    assert facts["deepest_queue"] <= (settings.get("queue_size", 10) or facts["produced"])
    messages = lines(result.stderr)
    produced, stored, _ = values(messages)
    assert sorted(produced) == sorted(stored)
    leaving = [line for line in messages if line.endswith("received EXIT event. Exiting")]
    threads = settings.get("producers", 1) + settings.get("consumers", 1)
    if "messages" in settings:
        assert facts["produced"] == settings["messages"] * settings.get("producers", 1)
    assert len(leaving) == len(set(leaving)) == threads
    assert messages.index(EVENT) < messages.index(leaving[0])


def test_an_idle_producer_never_keeps_the_consumer(invoke):
    """Where the tutorial's consumer blocks for ever, or loses the last message: fifty times not."""
    idle = options(sleep=0.011, produce_sleep=0.005, repeat=50)
    result = invoke("prodcons-queue", *idle, "--check", "--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document["runs"] == 50
    assert sum(outcome["count"] for outcome in document["outcomes"]) == 50


def test_no_pause_at_all(invoke, lines):
    """An event that is set at once still lets everybody in and out."""
    result = invoke("prodcons-queue", "--sleep", "0", "--check")
    assert result.exit_code == 0
    assert lines(result.stderr)[-1] == LEAVES.format("Consumer")


@pytest.mark.parametrize(("queue_size", "deepest"), [(0, 5), (3, 3)], ids=["unbounded", "of 3"])
def test_the_deepest_queue_is_observed(invoke, changed, lines, queue_size, deepest):
    """A consumer that comes late finds the queue full, and its size is what is left in it."""
    changed(
        "prodcons-queue",
        (
            "    while (message := pipeline",
            f"    while pipeline.messages < {deepest}: time.sleep(0.001)\n"
            "    while (message := pipeline",
        ),
    )
    numbers = options(messages=5, queue_size=queue_size)
    result = invoke("prodcons-queue", *numbers, "--check", "--expect", f"deepest_queue={deepest}")
    assert result.exit_code == 0
    sent, held = result.stdout.rstrip("\n").split("; ")
    assert sent == "5 messages produced, 0 lost, 0 repeated, in order"
    assert held == f"the queue held {deepest} at most"
    if not queue_size:  # nothing is put in while the consumer takes out
        assert values(lines(result.stderr))[2] == [4, 3, 2, 1, 0]


def test_the_logged_size_counts_messages_only(invoke, changed, lines):
    """A sentinel that waits in the queue, and one that was taken from it, are no messages."""
    changed(
        "prodcons-queue",
        (
            "is not SENTINEL:\n        logging.info(",
            "is not SENTINEL:\n"
            "        while (pipeline.unfinished_tasks, pipeline.qsize()) != (3, 1):\n"
            "            time.sleep(0.001)\n"
            "        logging.info(",
        ),
    )
    result = invoke("prodcons-queue", *options(messages=1, consumers=2), "--check")
    assert result.exit_code == 0
    assert values(lines(result.stderr))[2] == [0]


@pytest.mark.parametrize(
    ("line", "facts"),
    [
        (
            "message[1] == 4 or self.stored.append(message)",
            "stored=9 lost=1 repeated=0 in_order=true",
        ),
        ("self.stored.extend([message] * (1 + (message[1] == 4)))", "stored=11 lost=0 repeated=1"),
        ("self.stored.insert(0, message)", "stored=10 lost=0 repeated=0 in_order=false"),
    ],
    ids=["lost", "repeated", "out of order"],
)
def test_what_is_broken_is_seen(invoke, changed, line, facts):
    """The facts are observed: a pipeline that loses, repeats or reorders is found out."""
    changed("prodcons-queue", ("self.stored.append(message)", line))
    expectations = [word for fact in facts.split() for word in ("--expect", fact)]
    result = invoke("prodcons-queue", *options(messages=10), "--check", *expectations)
    assert result.exit_code == 1
    assert ": expected " not in result.stderr


def test_a_message_behind_the_sentinel_is_lost(invoke, changed):
    """What the shutdown is for: main that does not wait for the producer loses its message."""
    changed(
        "prodcons-queue",
        ("        task.exception()", "        pass"),
        (
            "        pipeline.set_message",
            "        event.wait(30)\n        time.sleep(0.5)\n        pipeline.set_message",
        ),
    )
    late = options(messages=1, sleep=0.2)
    result = invoke("prodcons-queue", *late, "--check", "--expect", "lost=1")
    assert result.exit_code == 1
    assert ": expected " not in result.stderr


class TestBursts:
    """Messages that come at once, with a pause before each burst."""

    SLOW = options(messages=6, produce_sleep=10, sleep=0, seed=1)

    @pytest.mark.parametrize(
        ("burst", "seconds"),
        [
            (1, [10, 20, 30, 40, 50, 60]),
            (3, [10, 10, 10, 20, 20, 20]),
            (4, [10, 10, 10, 10, 20, 20]),
            (9, [10] * 6),
        ],
        ids=["one by one", "threes", "fours", "all"],
    )
    def test_come_at_once(self, invoke, burst, seconds):
        """The pause is before the first message of each burst."""
        result = invoke("prodcons-queue", *options(burst=burst), *self.SLOW, "--check")
        assert result.exit_code == 0
        produced = [line for line in result.stderr.splitlines() if " got message: " in line]
        assert [60 * int(line[3:5]) + int(line[6:8]) for line in produced] == seconds

    def test_that_every_message_is_change_nothing(self, invoke):
        """Without --burst the bytes are those of a burst of one."""
        plain = invoke("prodcons-queue", *self.SLOW, "--debug")
        burst = invoke("prodcons-queue", *self.SLOW, "--debug", "--burst", "1")
        assert (plain.stdout, plain.stderr) == (burst.stdout, burst.stderr)

    def test_say_which_queue_is_large_enough(self, invoke):
        """A consumer that is slower than a burst, but not than the pause, leaves most of it."""
        slow = options(messages=10, burst=5, produce_sleep=10, consume_sleep=1, sleep=0, seed=1)
        result = invoke("prodcons-queue", *slow, *options(queue_size=0), "--json", "-q", "--check")
        assert result.exit_code == 0
        assert json.loads(result.stdout)["facts"]["deepest_queue"] in (4, 5)

    def test_end_with_the_event(self, invoke):
        """The event may come in the middle of one."""
        endless = options(burst=1000, produce_sleep=0.01, sleep=0.03)
        assert invoke("prodcons-queue", *endless, "--check", "-q").exit_code == 0


class TestNaive:
    """The tutorial's own shutdown, kept because its defects are a lesson."""

    def test_is_labelled(self, invoke):
        """The help says whose shutdown it is, and what it can do."""
        text = " ".join(invoke("prodcons-queue", "--help").stdout.split())
        described = text.partition("--naive ")[2].partition("Options of every demo")[0]
        assert re.search(r"tutorial's own shutdown.*lose messages.*hang", described)

    @pytest.mark.parametrize(
        ("naive", "seconds"), [(True, 10), (False, None)], ids=["naive", "not"]
    )
    def test_has_a_timeout(self, naive, seconds):
        """It may hang, so a real run gives up after ten seconds unless somebody says otherwise."""
        params = {option.keyword: option.default for option in prodcons_queue.OPTIONS}
        assert patience(prodcons_queue.OPTIONS, params | {"naive": naive}) == seconds

    def test_that_ends_is_counted_like_any_other(self, invoke, lines):
        """The consumer is busy when the event comes, so it sees it, and nothing is lost."""
        busy = options(messages=3, consume_sleep=0.3, sleep=0.1)
        result = invoke("prodcons-queue", "--naive", *busy, "--check", "--json")
        assert result.exit_code == 0
        document = json.loads(result.stdout)
        assert document["params"]["naive"] is True
        facts = document["facts"]
        assert (facts["produced"], facts["stored"], facts["in_order"]) == (3, 3, True)
        messages = lines(result.stderr)
        assert messages.index(EVENT) < messages.index(LEAVES.format("Consumer"))

    def test_can_lose_the_last_message(self, invoke, changed):
        """The event is set and the queue is empty, but the producer still has one in its hand."""
        changed(
            "prodcons-queue",
            (
                "    while not event.is_set() or not pipeline.empty():",
                "    event.wait(30)\n    while not event.is_set() or not pipeline.empty():",
            ),
        )
        late = options(messages=1, produce_sleep=0.6, sleep=0.2)
        result = invoke("prodcons-queue", "--naive", *late, "--check", "--expect", "lost=1")
        assert result.exit_code == 1
        assert ": expected " not in result.stderr

    def test_can_hang(self, run_process):
        """No event yet and nothing in the queue: the consumer waits for what never comes."""
        nothing = options(messages=0, sleep=0.2, timeout=0.8)
        result = run_process("prodcons-queue", "--naive", *nothing)
        assert (result.returncode, result.stdout) == (124, "")
        assert "Consumer received" not in result.stderr
        threads = [line for line in result.stderr.splitlines() if " waits in " in line]
        assert any(
            "Consumer waits in `message = self.get()` at prodcons_queue.py:" in t for t in threads
        )
        assert any("Main waits in " in line for line in threads)

    def test_and_the_demo_itself_does_not(self, run_process):
        """The same run with the demo's own shutdown ends."""
        nothing = options(messages=0, sleep=0.5)
        result = run_process("prodcons-queue", *nothing, "--check")
        assert result.returncode == 0
        assert result.stdout.startswith("0 messages produced, 0 lost")
