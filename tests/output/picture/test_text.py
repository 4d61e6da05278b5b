"""The picture: what it tells, that it fits, and that it is the same everywhere."""

import random
import re

import pytest

from threaddemo.events.vocabulary import STATES, Lane, Note, Thing
from threaddemo.output.picture.signs import DEEDS, HOLDING, LEGEND, TELLING, WAITS
from threaddemo.output.picture.signs import STATES as SIGNS
from threaddemo.output.picture.text import draw

RACE_STORY = {"race": ("R0", "W1", "R0", "W1"), "fixrace": ("R0", "W1", "R1", "W2")}


def lanes(picture):
    """The rows of a picture by name; its axis is the row "seconds"."""
    axis, *lines = picture[picture.index("seconds") :].split("\n\n")[0].splitlines()
    margin = axis.index("|")
    return {line[:margin].strip(): line[margin:] for line in (axis, *lines)}


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
    assert re.fullmatch("0+ *1+|1+ *0+", rows["_lock"].strip())  # who has it


def test_single_daemon_and_join_differ_in_main_and_in_the_threads_end(invoke):
    """Main ends early in single, waits in join; in daemon the thread is stopped where it stands."""
    single, daemon, join = (
        lanes(invoke(command, "--seed", "2", "--timeline").stdout)
        for command in ("single", "daemon", "join")
    )
    assert len(single["Main"]) < len(single["Thread 1"]) / 2
    assert daemon["Thread 1"].endswith("x")
    assert "tttt" in join["Main"]


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
    assert rows["Timer"].count("e") > 30
    assert rows["Timer"].endswith("=")
    assert "tttt" in rows["Main"]


@pytest.mark.parametrize("seed", [[], ["--seed", "1"]], ids=["real", "seeded"])
def test_who_comes_early_waits_at_the_barrier(invoke, seed):
    """From its coming until the last one's, and that one has nobody to wait for."""
    rows = lanes(invoke("barrier", *seed, "--timeline").stdout)
    first, second, last = (rows[f"Thread {number}"] for number in range(3))
    assert first.count("b") > second.count("b") > 5
    assert last.count("b") < 3  # another may be faster to leave


def test_a_lock_has_one_name_with_and_without_a_picture(invoke):
    """What a deadlock is told of is what the program calls it, not what notes."""
    plain = invoke("deadlock", "--seed", "1")
    drawn = invoke("deadlock", "--seed", "1", "--timeline")
    assert "locks[1] (held by Thread 1)" in plain.stdout
    assert drawn.stdout.startswith(plain.stdout)
    rows = lanes(drawn.stdout)
    for name in ("Thread 0", "Thread 1"):
        assert re.fullmatch(r" *-+\[Z+[#*]+&+!+", rows[name])
    assert re.fullmatch(" *0+", rows["locks[0]"])
    assert re.fullmatch(" *1+", rows["locks[1]"])


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
    holding = [*HOLDING.values(), "Z", *(sign.upper() for sign in WAITS.values() if sign != ".")]
    signs += [*set(WAITS.values()), *set(holding), *set(DEEDS.values())]
    assert len(set(signs)) == len(signs)
    assert set(signs) <= set(TELLING) & set(LEGEND)
    assert not set(signs) & set(",:;'`\"")  # which can't be told from a dot on a projector


SCHEDULED = ["prodcons-queue", "--naive", "--queue-size=1", "--messages=1"]


def test_nobody_waits_for_what_is_there(invoke):
    """Not for an empty queue to have room, nor for an event that is set: they are ready."""
    rows = lanes(invoke(*SCHEDULED, "--schedule=0x2.1.2x3", "--timeline").stdout)
    assert "q" not in rows["Producer"]
    assert re.search(r"=\++>\d", rows["Producer"])
    rows = lanes(invoke(*SCHEDULED, "--schedule=0.1x3.2x4", "--timeline").stdout)
    is_set = rows["Main"].index("^")
    assert rows["Producer"].rindex("e") <= is_set + 8
    assert re.search(r"e\++=$", rows["Producer"])


def test_the_sentinel_is_no_message(invoke):
    """Neither in the queue nor in a lane; and no word that could be read into one."""
    drawn = invoke("prodcons-queue", "--messages=1", "--seed=1", "--timeline", "--debug")
    rows = lanes(drawn.stdout)
    assert set(rows["in queue"].strip()) == set("01")
    assert rows["Main"].count(">_") == rows["Consumer"].count("<_") == 1
    assert drawn.stderr.count("sentinel") == 2
    drawn = invoke("prodcons-lock", "--messages=1", "--seed=1", "--timeline", "--debug")
    assert "END" not in drawn.stdout
    assert drawn.stderr.count("sentinel") == 2


def test_two_locks_of_one_pipeline(invoke):
    """Each has its name and its holder; who releases what another took is seen to do so."""
    rows = lanes(invoke("prodcons-lock", "--messages=2", "--seed=1", "--timeline").stdout)
    assert set(rows["consumer_lock"].split()[1]) == {"C"}
    assert set(rows["producer_lock"].split()[0]) == {"P"}
    assert "}" in rows["Producer"]
    assert "]" not in rows["Producer"]


def test_equal_sleeps_are_equally_wide(invoke):
    """As far as it can be: what happens at their ends takes columns of its own."""
    rows = lanes(invoke("fixrace", "--seed", "1", "--timeline").stdout)
    first, second = rows["Thread 0"].count("Z"), rows["Thread 1"].count("Z")
    assert abs(first - second) <= 3
    rows = lanes(invoke("semaphore", "--threads=6", "--seed", "1", "--timeline").stdout)
    widths = [row.count("Z") for name, row in rows.items() if name.startswith("Thread")]
    assert min(widths) > max(widths) / 2


@pytest.mark.parametrize("threads", [13, 15, 30])
def test_what_is_read_and_written_shows_however_narrow_it_is(invoke, threads):
    """It outranks what lasts."""
    rows = lanes(invoke("race", f"--threads={threads}", "--seed=1", "--timeline").stdout)
    for name, row in rows.items():
        if name.startswith("Thread"):
            assert row.count("R") == row.count("W") == 1


@pytest.mark.parametrize("seed", range(5))
def test_no_time_is_twice_on_the_axis(invoke, seed):
    """And times grow from left to right."""
    for words in (["many"], ["race", "--threads=9"], ["daemon"], ["prodcons-queue"]):
        axis = lanes(invoke(*words, "--seed", str(seed), "--timeline").stdout)["seconds"]
        times = list(map(float, axis.replace("|", " ").split()))
        assert times == sorted(set(times))
        assert times


def test_a_run_of_thousands_of_events_is_a_story(invoke):
    """Who puts puts, who gets gets, and the queue is as deep as it was at most."""
    shown = invoke("prodcons-queue", "--messages=2000", "--produce-sleep=0.001", "--timeline", "-q")
    rows = lanes(shown.stdout)
    assert rows["Producer"].count(">") > 50
    assert rows["Consumer"].count("<") > 50
    assert " " not in rows["in queue"].strip()


def test_a_fold_shows_how_deep_a_queue_was_at_most():
    """A column stands for several of its depths."""
    lane, pipeline = Lane("Main"), Thing("queue", "pipeline")
    notes = [Note(0.0, lane, "begin")]
    for at in range(1, 2000):
        what, depth = ("put", 1 + 6 * (at > 1000)) if at % 2 else ("get", 0)
        notes.append(Note(at / 1000, lane, what, pipeline, "1", depth=depth))
    rows = lanes(draw(notes, 80, color=False))
    assert re.fullmatch("[01]1{20,40}[17]7{20,40}", rows["in queue"])
    assert re.fullmatch("%{50,70}", rows["Main"])


def test_columns_are_honoured_in_a_pipe(run_process):
    """As on a terminal, whatever the stream is."""
    shown = run_process("race", "--seed", "1", "-q", "--timeline", env={"COLUMNS": "120"})
    assert 100 < max(map(len, shown.stdout.splitlines())) <= 120


def test_the_legend_is_of_what_occurs(invoke):
    """Every sign that is drawn, and none besides."""
    for words in (["single"], ["fixrace"], ["barrier"], ["semaphore"]):
        picture = invoke(*words, "--seed", "1", "--timeline").stdout
        rows = [row for name, row in lanes(picture).items() if name.startswith(("Main", "Thread"))]
        used = set(re.sub(r"(?<=[RW])\d", "", "".join(rows))) - {" "}
        legend = " ".join(picture.split("\n\n")[1].split())
        assert {
            sign for sign, text in LEGEND.items() if f"{sign} {text.split('{')[0][:8]}" in legend
        } == used


def test_who_waits_when_a_run_is_given_up_is_stuck(invoke, changed):
    """With its picture; who goes on for ever does not wait."""
    loop = "    while True: time.sleep(0)\n    return lambda"
    changed("deadlock", ("    return lambda", loop))
    result = invoke("deadlock", "--seed=1", "--timeout=0.5", "--timeline", "-q")
    assert result.exit_code == 124
    rows = lanes(result.stdout)
    ends = [rows[name][-1] for name in ("Main", "Thread 0", "Thread 1")]
    assert ends == ["x", "!", "!"]


def test_a_real_run_that_is_given_up_has_its_picture(run_process):
    """Who is stuck, and who holds what."""
    result = run_process("deadlock", "--sleep=0.05", "--timeout=2", "--timeline", "-q")
    assert result.returncode == 124
    rows = lanes(result.stdout)
    assert rows["Thread 0"][-1] == rows["Thread 1"][-1] == "!"
    assert {rows["locks[0]"][-1], rows["locks[1]"][-1]} == {"0", "1"}


def test_a_permit_that_nobody_took_is_nobodys():
    """A semaphore may be released first, as a signal: its taker then holds it."""
    lane, permit = Lane("Main"), Thing("semaphore", "permits")
    story = ["run", "release", "run", "take", "run", "sleep", "run"]
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
    assert re.search(r"\(folded: [\d,]+ events in\s69 columns", picture)
    assert set(lanes(picture)["in queue"].strip()) <= set("0123456789+")  # without a hole


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
    words = sorted(STATES - {"abandoned", "stuck"})
    things = [Thing("lock"), Thing("lock", "the same"), Thing("lock", "the same")]
    pipeline, value = Thing("queue", "pipeline"), Thing("variable", "value")
    events, now = [Note(0.0, threads[0], "run")], 0.0
    for _ in range(dice.choice([1, 2, 10, 100, 1000])):
        now += dice.choice([0, 0, 0.001, 1, 3600])
        lane, thing = dice.choice(threads), dice.choice(things)
        what = dice.choice([*words, "take", "release", "read", "write", "put", "get"])
        number, depth = dice.randint(0, 99), None
        if what in ("read", "write"):
            thing = value
        elif what in ("put", "get"):
            thing, depth = pipeline, number
        events.append(Note(now, lane, what, thing, str(number), depth=depth))
    width = dice.choice([40, 80, 140])
    picture = draw(events, width, color=False)
    assert max(map(len, picture.splitlines())) <= width
    shown = picture.count("Thread ") + sum(map(int, re.findall(r"^(\d+) more", picture, re.M)))
    assert shown <= len({event.lane for event in events})
