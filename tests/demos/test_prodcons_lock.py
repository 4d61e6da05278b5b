"""The demo prodcons-lock: a pipeline for one message, made of two locks."""

import json
import re

import pytest

from threaddemo.demo import patience
from threaddemo.demos import prodcons_lock

SET = [
    "{}:about to acquire setlock",
    "{}:have setlock",
    "{}:about to release getlock",
    "{}:getlock released",
]
GET = [
    "{}:about to acquire getlock",
    "{}:have getlock",
    "{}:about to release setlock",
    "{}:setlock released",
]


def said_by(name, messages):
    """The lines of one thread."""
    return [line for line in messages if re.match(rf"{name}[ :](?!\d)", line)]


def values(messages, what):
    """The random values in the lines that say ``what``."""
    return [int(line.split(": ")[1].split()[0]) for line in messages if what in line]


def test_defaults(run_process, lines):
    """Ten messages go through, and come out as they went in."""
    result = run_process("prodcons-lock", "--json")
    assert result.returncode == 0
    document = json.loads(result.stdout)
    assert document["params"] == {
        "messages": 10,
        "producers": 1,
        "consumers": 1,
        "produce_sleep": 0.0,
        "consume_sleep": 0.0,
        "naive": False,
    }
    facts = {"produced": 10, "stored": 10, "lost": 0, "repeated": 0, "in_order": True}
    assert document["facts"] == facts
    assert document["ok"] is True
    messages = lines(result.stderr)
    got, stored = values(messages, "Producer got message:"), values(messages, "Consumer storing")
    assert got == stored
    assert len(got) == 10
    assert len(messages) == 20
    assert all(1 <= value <= 101 for value in got)
    for index in range(10):  # the pipeline holds one, and the producer has one more in its hand
        told = [n for n, line in enumerate(messages) if line.startswith("Producer")][index]
        assert len(values(messages[:told], "Consumer storing")) >= index - 2


def test_debug_shows_every_step(invoke, lines):
    """Each side's log is the tutorial's; the sentinel goes through under the producer's name."""
    result = invoke("prodcons-lock", "--messages", "4", "--debug", "--check")
    assert result.exit_code == 0
    messages = lines(result.stderr)
    got, stored = said_by("Producer", messages), said_by("Consumer", messages)
    assert len(got) + len(stored) == len(messages)
    expected_of_producer, expected_of_consumer = [], []
    for value in values(got, "got message"):
        expected_of_producer.append(f"Producer got message: {value}")
        expected_of_producer += [step.format("Producer") for step in SET]
        expected_of_consumer += [step.format("Consumer") for step in GET]
        expected_of_consumer.append(f"Consumer storing message: {value}")
    sends = ["Producer:about to send the sentinel", *(step.format("Producer") for step in SET)]
    takes = [*(step.format("Consumer") for step in GET), "Consumer:got the sentinel"]
    assert got == expected_of_producer + sends
    assert stored == expected_of_consumer + takes


@pytest.mark.parametrize("pauses", [("0", "0"), ("0.001", "0"), ("0", "0.001")], ids=" and ".join)
@pytest.mark.parametrize(
    "sizes",
    [(1, 1, 0), (1, 1, 30), (2, 1, 10), (1, 2, 10), (1, 3, 1), (8, 3, 10), (3, 8, 10), (20, 20, 2)],
    ids="{0[0]} to {0[1]} with {0[2]}".format,
)
def test_any_number_of_threads(invoke, lines, sizes, pauses):
    """No message is lost or repeated, and everybody leaves, whatever the numbers are."""
    producers, consumers, messages = sizes
    result = invoke(
        *("prodcons-lock", "--producers", str(producers), "--consumers", str(consumers)),
        *("--messages", str(messages), "--produce-sleep", pauses[0], "--consume-sleep", pauses[1]),
        *("--check", "--json"),
    )
    assert result.exit_code == 0
    total = producers * messages
    in_order = True if producers == consumers == 1 else None
    assert json.loads(result.stdout)["facts"] == {
        "produced": total,
        "stored": total,
        "lost": 0,
        "repeated": 0,
        "in_order": in_order,
    }
    log = lines(result.stderr)
    assert sorted(values(log, " got message:")) == sorted(values(log, " storing message:"))


def test_several_are_numbered(invoke, lines):
    """Several producers and consumers are told apart by their numbers; each is heard."""
    options = ["--producers", "3", "--consumers", "2", "--messages", "5", "--debug"]
    log = lines(invoke("prodcons-lock", *options).stderr)
    names = {re.match(r"\w+( \d+)?(?=[ :])", line)[0] for line in log}
    assert names == {"Producer 0", "Producer 1", "Producer 2", "Consumer 0", "Consumer 1"}
    sets = [line for line in log if line.endswith(":have setlock")]
    assert len(sets) == 3 * 5 + 2  # every message, and one sentinel for each consumer
    extra = {name: sum(line.startswith(name) for line in sets) - 5 for name in names}
    assert sorted(extra[f"Producer {index}"] for index in range(3)) == [0, 0, 2]  # the last one's


def test_many_messages(invoke):
    """A long conversation ends as it should."""
    result = invoke("prodcons-lock", "--messages", "2000", "-q", "--check")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "2000 messages produced, 0 lost, 0 repeated, in order\n"


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
    changed("prodcons-lock", ("self.stored.append(message)", line))
    expectations = [word for fact in facts.split() for word in ("--expect", fact)]
    result = invoke("prodcons-lock", "--check", *expectations)
    assert result.exit_code == 1
    assert ": expected " not in result.stderr


def test_equal_values_are_not_equal_messages(invoke, changed):
    """Random values repeat; a message is known by its producer and its number."""
    changed("prodcons-lock", ("random.randint(1, 101)", "7"))
    result = invoke("prodcons-lock", "--producers", "2", "--check", "--expect", "repeated=0")
    assert result.exit_code == 0


class TestNaive:
    """The trap of which the tutorial warns, kept because it is a lesson."""

    def test_is_labelled(self, invoke):
        """The help says whose trap it is, and what it can do."""
        text = " ".join(invoke("prodcons-lock", "--help").stdout.split())
        described = text.rpartition("--naive ")[2]
        assert re.match(r"Fall into the tutorial's trap: .* after the release.* lose", described)

    @pytest.mark.parametrize(
        ("naive", "seconds"), [(True, 10), (False, None)], ids=["naive", "not"]
    )
    def test_has_a_timeout(self, naive, seconds):
        """It may hang, so a real run gives up after ten seconds unless somebody says otherwise."""
        params = {option.keyword: option.default for option in prodcons_lock.OPTIONS}
        assert patience(prodcons_lock.OPTIONS, params | {"naive": naive}) == seconds

    def test_may_be_lucky(self, invoke, lines):
        """A producer that is never faster than the consumer loses nothing."""
        slow = ["--messages", "3", "--produce-sleep", "0.1"]
        result = invoke("prodcons-lock", "--naive", *slow, "--check", "--debug")
        assert result.exit_code == 0
        of_consumer = said_by("Consumer", lines(result.stderr))
        steps = [step.format("Consumer") for step in GET]
        *told, last = [line for line in of_consumer if "storing" not in line]
        assert (told, last) == (4 * steps, "Consumer:got the sentinel")

    def test_loses_the_first_message(self, invoke, changed, lines):
        """Swapped out after the release, the consumer reads the next message each time."""
        changed(
            "prodcons-lock",
            (
                "        return self.message  # or",
                "        be_swapped_out(self)\n        return self.message  # or",
            ),
            first="""
def be_swapped_out(pipeline):
    deadline = time.monotonic() + 30
    while pipeline.consumer_lock.locked() and time.monotonic() < deadline:
        time.sleep(0.001)
""",
        )
        facts = ["--expect", "lost=1", "--expect", "repeated=0"]
        result = invoke("prodcons-lock", "--naive", "--messages", "3", *facts)
        assert result.exit_code == 0
        messages = lines(result.stderr)
        assert values(messages, "Consumer storing") == values(messages, "got message:")[1:]

    def test_exploration_finds_the_lost_message(self, invoke):
        """Some schedules lose one, and each kind of them can be replayed."""
        two = ["--messages", "2"]
        document = json.loads(
            invoke("prodcons-lock", "--naive", *two, "--explore", "--json").stdout
        )
        assert (document["complete"], document["ok"]) == (True, False)
        counts = {
            (outcome["facts"]["lost"], outcome["facts"]["repeated"]): outcome["count"]
            for outcome in document["outcomes"]
        }
        assert counts == {(0, 0): 90, (1, 1): 84, (1, 0): 82}
        for outcome in document["outcomes"]:
            replay = outcome["replay"].split()
            again = invoke("prodcons-lock", "--naive", *two, *replay, "-q", "--json")
            assert json.loads(again.stdout)["facts"] == outcome["facts"]

    def test_and_the_demo_itself_loses_none(self, invoke):
        """The same schedules, but for the message that is copied in time."""
        two = ["--messages", "2"]
        document = json.loads(invoke("prodcons-lock", *two, "--explore", "--json").stdout)
        (outcome,) = document["outcomes"]
        assert (outcome["count"], outcome["ok"]) == (338, True)
