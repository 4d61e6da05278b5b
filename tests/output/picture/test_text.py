"""The picture: what it tells, that it fits, and that it is the same everywhere."""

import random
import re

import pytest

from threaddemo.events.vocabulary import Lane, Note
from threaddemo.output.picture.text import draw

RACE_STORY = {"race": ("R0", "W1", "R0", "W1"), "fixrace": ("R0", "W1", "R1", "W2")}


def lanes(picture):
    """The rows of a picture by name."""
    rows = re.findall(
        r"^(Main|Thread \d+|Producer|Consumer|in queue|\d+ more) {2}(.*)$", picture, re.M
    )
    return dict(rows)


@pytest.mark.parametrize("seed", [[], ["--seed", "1"]], ids=["real", "seeded"])
def test_race_reads_both_zeros_before_either_one_is_written(invoke, seed):
    """Both threads read 0 and write 1, and the reads are left of the writes."""
    rows = lanes(invoke("race", "--timeline", *seed).stdout)
    first, second = rows["Thread 0"], rows["Thread 1"]
    assert max(first.index("R0"), second.index("R0")) < min(first.index("W1"), second.index("W1"))


@pytest.mark.parametrize("seed", [[], ["--seed", "1"]], ids=["real", "seeded"])
def test_fixrace_has_one_critical_section_after_the_other(invoke, seed):
    """One thread reads 0 and writes 1; the other waits meanwhile, then reads 1 and writes 2."""
    rows = lanes(invoke("fixrace", "--timeline", *seed).stdout)
    first, second = sorted((rows["Thread 0"], rows["Thread 1"]), key=lambda row: "W2" in row)
    assert first.index("[") < first.index("R0") < first.index("W1") < first.index("]")
    assert second.index("[") < second.index("R1") < second.index("W2") < second.index("]")
    assert first.index("]") < second.index("R1")
    assert "..." in second


def test_single_daemon_and_join_differ_in_main_and_in_the_threads_end(invoke):
    """Main ends early in single, waits in join; in daemon the thread is stopped where it stands."""
    single, daemon, join = (
        lanes(invoke(command, "--seed", "2", "--timeline").stdout)
        for command in ("single", "daemon", "join")
    )
    assert len(single["Main"]) < len(single["Thread 1"]) / 2
    assert daemon["Thread 1"].endswith("x")
    assert ",,,," in join["Main"]


def test_the_queue_has_a_row_for_its_depth(invoke):
    """With room for two the depth is 0, 1 or 2, and reaches each of them."""
    picture = invoke("prodcons-queue", "--seed=1", "--messages=4", "--queue-size=2", "--timeline")
    assert set(lanes(picture.stdout)["in queue"]) == set("012")


def test_a_deadlock_is_drawn_to_its_end(invoke):
    """The threads that are blocked for ever end in exclamation marks."""
    result = invoke(
        "prodcons-queue", "--naive", "--queue-size=1", "--schedule=0.1x3.2x4.1x2.2x2", "--timeline"
    )
    assert result.exit_code == 1
    rows = lanes(result.stdout)
    assert rows["Main"].endswith("!")
    assert rows["Consumer"].endswith("!")
    assert not rows["Producer"].endswith("!")


@pytest.mark.parametrize("more", [[], ["--debug"]], ids=["info", "debug"])
def test_the_narrative_does_not_change_by_a_byte(invoke, demo, more):
    """With and without the picture a seed gives the same log, and the same line of result."""
    bounded = ["--messages", "5"] if demo.startswith("prodcons") else []
    plain = invoke(demo, "--seed", "5", *bounded, *more)
    drawn = invoke(demo, "--seed", "5", *bounded, *more, "--timeline")
    assert drawn.stderr == plain.stderr
    assert drawn.stdout.startswith(plain.stdout)


def test_the_picture_is_ascii_and_fits_into_80_columns(invoke, demo, quick):
    """A real run's picture can be shown anywhere."""
    picture = invoke(demo, *quick[demo], "--timeline").stdout.split("\n", 1)[1]
    assert picture.isascii()
    assert max(map(len, picture.splitlines())) <= 80


def test_colours_change_nothing_of_the_picture(invoke):
    """Without its colour codes the coloured picture is the plain one."""
    plain = invoke("many", "--seed", "1", "--timeline").stdout
    colored = invoke("many", "--seed", "1", "--timeline", "--color", "always").stdout
    assert "\x1b[" in colored
    assert re.sub(r"\x1b\[[\d;]+m", "", colored) == plain


def test_many_threads_share_the_last_lane(invoke):
    """Of 100 threads the last ones are one lane, which says how many they are."""
    rows = lanes(invoke("many", "--threads", "100", "--seed", "1", "--timeline").stdout)
    assert "62 more" in rows
    assert "Thread 37" in rows
    assert "Thread 38" not in rows


def test_folding_says_so(invoke):
    """Thousands of events in 80 columns: the picture says how many it folds."""
    picture = invoke("prodcons-queue", "--seed", "1", "--messages", "300", "--timeline").stdout
    assert re.search(r"\(folded: [\d,]+ events in 69 columns", picture)


@pytest.mark.parametrize(
    "others", [["--json"], ["--repeat", "2"], ["--explore"]], ids=lambda others: others[0]
)
def test_what_a_picture_does_not_go_with_is_a_usage_error(invoke, others):
    """A picture is of one run, and no part of a JSON document."""
    result = invoke("race", "--timeline", *others)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--timeline" in result.stderr


@pytest.mark.parametrize("seed", range(20))
def test_any_events_fit_into_any_width(seed):
    """Whatever happens, in whatever order, each line fits, and each thread has a lane."""
    dice = random.Random(seed)
    threads = [Lane(f"Thread {index}") for index in range(dice.randint(1, 60))]
    words = ["create", "run", "sleep", "wait for a lock", "wait for the queue", "end"]
    events, now = [], 0.0
    for _ in range(dice.choice([1, 2, 10, 100, 1000])):
        now += dice.choice([0, 0, 0.001, 1, 3600])
        lane, lock = dice.choice(threads), dice.randrange(3)
        what = dice.choice([*words, "take", "drop", "read", "write", "depth"])
        value = dice.randint(0, 99) if what in ("read", "write", "depth") else None
        events.append(Note(now, lane, what, lock, value))
    width = dice.choice([40, 80, 140])
    picture = draw(events, width, color=False)
    assert max(map(len, picture.splitlines())) <= width
    shown = picture.count("Thread ") + sum(map(int, re.findall(r"^(\d+) more", picture, re.M)))
    queues = len({event.thing for event in events if event.what == "depth"})
    assert shown <= len({event.lane for event in events}) + queues
