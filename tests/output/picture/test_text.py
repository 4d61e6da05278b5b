"""The picture: what it tells, that it fits, and that it is the same everywhere."""

import random
import re

import pytest

from threaddemo.events.vocabulary import Lane, Note
from threaddemo.output.picture.rows import STATES
from threaddemo.output.picture.text import LEGEND, SIGNS, TELLING, draw

RACE_STORY = {"race": ("R0", "W1", "R0", "W1"), "fixrace": ("R0", "W1", "R1", "W2")}


def lanes(picture):
    """The rows of a picture by name."""
    rows = re.findall(
        r"^(Main|Timer|Thread \d+|Producer|Consumer|in queue|\d+ more) {2}(.*)$", picture, re.M
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
    size = ["--queue-size=1", "--messages=2"]
    schedule = "--schedule=0.1x3.2x4.1x2.2x2"
    result = invoke("prodcons-queue", "--naive", *size, schedule, "--timeline")
    assert result.exit_code == 1
    rows = lanes(result.stdout)
    assert rows["Main"].endswith("!")
    assert rows["Consumer"].endswith("!")
    assert not rows["Producer"].endswith("!")


@pytest.mark.parametrize("seed", [[], ["--seed", "1"], ["--seed", "3"]], ids=str)
def test_a_timer_waits_for_its_delay(invoke, seed):
    """Also where nothing else happens meanwhile: most of the picture is one wait."""
    rows = lanes(invoke("timer", "--delay=0.3", *seed, "--timeline").stdout)
    assert rows["Timer"].count(";") > 30
    assert rows["Timer"].endswith("=")
    assert ",,,," in rows["Main"]


@pytest.mark.parametrize("seed", [[], ["--seed", "1"]], ids=["real", "seeded"])
def test_who_comes_early_waits_at_the_barrier(invoke, seed):
    """From its coming until the last one's, and that one has nobody to wait for."""
    rows = lanes(invoke("barrier", *seed, "--timeline").stdout)
    first, second, last = (rows[f"Thread {number}"] for number in range(3))
    assert first.count("&") > second.count("&") > 5
    assert last.count("&") < 3  # another may be faster to leave


def test_a_lock_has_one_name_with_and_without_a_picture(invoke):
    """What a deadlock is told of is what the program calls it, not what notes."""
    plain = invoke("deadlock", "--seed", "1")
    drawn = invoke("deadlock", "--seed", "1", "--timeline")
    assert "locks[1] (held by Thread 1)" in plain.stdout
    assert drawn.stdout.startswith(plain.stdout)
    rows = lanes(drawn.stdout)
    for name in ("Thread 0", "Thread 1"):
        assert re.fullmatch(r" *-*=*\[Z+#\.+!+", rows[name])


def test_in_one_order_nobody_is_blocked(invoke):
    """Who comes second waits, and then takes both."""
    rows = lanes(invoke("deadlock", "--ordered", "--seed", "1", "--timeline").stdout)
    assert all(
        rows[name].count("[") == rows[name].count("]") == 2 for name in rows if name[0] == "T"
    )
    assert "!" not in "".join(rows.values())


def test_every_state_has_a_sign_of_its_own():
    """And a rank among the telling ones; what is drawn is in the legend."""
    signs = [sign for sign in SIGNS.values() if sign != " "]
    assert len(set(signs)) == len(signs)
    assert set(signs) <= set(TELLING) & set(LEGEND)
    assert set(STATES.values()) <= set(SIGNS)


def test_a_wait_in_which_nothing_else_happens_is_drawn_if_it_takes_time():
    """A thread that could have gone on at once is not said to wait."""
    lane, lock = Lane("Main"), object()
    story = [(0.0, "run"), (1.0, "wait for an event"), (1.001, "run"), (2.0, "run")]
    late = [(0.0, "run"), (1.0, "wait for an event"), (1.9, "run"), (2.0, "run")]
    told, waited = (
        lanes(draw([Note(time, lane, what, lock) for time, what in notes], 80, color=False))["Main"]
        for notes in (story, late)
    )
    assert ";" not in told
    assert waited.count(";") > 20


def test_a_permit_that_nobody_took_is_nobodys():
    """A semaphore may be released first, as a signal: its taker then holds it."""
    lane, permit = Lane("Main"), object()
    story = ["run", "drop", "run", "take", "run", "sleep", "run"]
    notes = [Note(float(time), lane, what, permit) for time, what in enumerate(story)]
    row = lanes(draw(notes, 80, color=False))["Main"]
    assert "Z" in row[row.index("[") :]


@pytest.mark.parametrize("more", [[], ["--debug"]], ids=["info", "debug"])
def test_the_narrative_does_not_change_by_a_byte(invoke, quick, simulated, more):
    """With and without the picture a seed gives the same log, and the same line of result."""
    words = [simulated, *quick[simulated], "--seed", "5", *more]
    plain, drawn = invoke(*words), invoke(*words, "--timeline")
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
    words = sorted(set(STATES) - {"stop", "block"})
    events, now = [Note(0.0, threads[0], "run")], 0.0
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
