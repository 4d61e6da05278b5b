"""One schedule: drawn from a seed, or written down."""

import hashlib
import itertools

import pytest

from threaddemo.simulation import EndlessRun, Replay, ScheduleError, Seeded
from threaddemo.simulation.schedules import decode, encode


@pytest.mark.parametrize(
    ("trace", "text"),
    [([], "-"), ([0], "0"), ([1, 2, 2, 2, 0], "1.2x3.0"), ([10, 10, 1], "10x2.1")],
)
def test_a_schedule_is_short(trace, text):
    """Equal neighbours are written once, with their number."""
    assert encode(trace) == text
    assert decode(text) == trace


@pytest.mark.parametrize(
    "text", ["", "1..2", "x", "1x", "1x0", "-1", "1,2", "²", "1x9999999", "1.a"]
)
def test_a_malformed_schedule_is_refused(text):
    """The error says at which step."""
    with pytest.raises(ScheduleError, match=r"schedule step [12]: .* neither a task nor"):
        Replay(text)


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        ("1.1.2", r"step 4: the schedule is too short|step 3: .*"),
        ("1.7", r"step 2: task 7 can't run here; next could be 1 \(.*_0\), 2 \(.*_1\)"),
        ("1x2.2x2", r"step 3: the schedule is too long; the run had 2 choices"),
        ("1", r"step 2: the schedule is too short; next could be 1"),
        ("-", r"step 1: the schedule is too short"),
    ],
)
def test_a_schedule_that_does_not_fit_is_an_error(loaded, play, schedule, message):
    """The error names the step, and who could run there."""
    with pytest.raises(ScheduleError, match=message):
        play(loaded.race, Replay(schedule))
    assert play(loaded.race, Replay("1x2")).result == 2  # the simulator goes on working


def test_no_choice_has_a_schedule_too(loaded, play):
    """A program with one thread has one schedule, and it can be written."""
    run = play(loaded.dice, Seeded(0))
    assert run.schedule == "-"
    assert play(loaded.dice, Replay("-")) == run


@pytest.mark.parametrize("program", ["many", "executor"])
def test_seeds_show_every_finishing_order(loaded, play, program):
    """A hundred seeds are enough for the six orders of three threads."""
    orders = {play(getattr(loaded, program), Seeded(seed)).result for seed in range(100)}
    assert orders == set(itertools.permutations(range(3)))


@pytest.mark.parametrize(
    ("program", "order", "seeds"), [("executor", (1, 0, 2), 30), ("many", (2, 1, 0), 150)]
)
def test_the_orders_of_the_tutorial_come_early(loaded, play, program, order, seeds):
    """The transcripts that the tutorial prints are among the first seeds."""
    main = getattr(loaded, program)
    assert any(play(main, Seeded(seed)).result == order for seed in range(seeds))


def test_a_seed_is_a_run(loaded, play):
    """The same seed gives the same run, and others give others."""
    first, again = (
        [play(loaded.many, Seeded(seed), seed=seed) for seed in range(20)] for _ in range(2)
    )
    assert first == again
    assert len({run.schedule for run in first}) > 10


def test_a_seeded_run_is_one_of_the_schedules(loaded, play):
    """Its schedule, replayed, gives the same result at the same virtual times."""
    for seed in range(20):
        run = play(loaded.many, Seeded(seed))
        assert play(loaded.many, Replay(run.schedule)) == run


def test_runs_are_the_same_on_every_python(loaded, play):
    """Schedules, times and random numbers are those written down here, whichever Python it is."""
    runs = [
        play(main, Seeded(seed), seed=seed)
        for main in (loaded.race, loaded.many, loaded.executor, loaded.prodcons, loaded.dice)
        for seed in range(10)
    ]
    text = "\n".join(f"{run.result} {run.schedule} {run.elapsed!r}" for run in runs)
    assert hashlib.sha256(text.encode()).hexdigest()[:12] == "ed064ca32ce0"


def test_sleeping_costs_nothing(simulator, play):
    """An hour passes on the virtual clock only, and in full."""
    time = simulator.twins["time"]

    def main():
        time.sleep(3600)
        return lambda: simulator.now

    run = play(main, Seeded(0))
    assert run.result == run.elapsed
    assert 3600 <= run.elapsed < 3600.1


def test_time_is_strict_unless_timers_are_close(simulator, play):
    """Sleeps a second apart end in order under every seed; those within 10 ms need not."""
    threading, time = simulator.twins["threading"], simulator.twins["time"]

    def main(*sleeps):
        woken = []

        def work(seconds):
            time.sleep(seconds)
            woken.append(seconds)

        for seconds in sleeps:
            threading.Thread(target=work, args=(seconds,)).start()
        return lambda: tuple(woken)

    far = {play(lambda: main(3, 2, 1), Seeded(seed)).result for seed in range(20)}
    close = {play(lambda: main(1, 1.002), Seeded(seed)).result for seed in range(20)}
    assert far == {(1, 2, 3)}
    assert close == {(1, 1.002), (1.002, 1)}


@pytest.mark.parametrize("pause", [0, 1e-9, 0.0001, 0.001])
def test_short_sleeps_starve_nobody(simulator, play, pause, monkeypatch):
    """A loop of sleeps that are due at once lets the others come to their turn."""
    monkeypatch.setattr(Seeded, "step_limit", 10_000)
    threading, time = simulator.twins["threading"], simulator.twins["time"]

    def main():
        done = []

        def poll():
            while not done:
                time.sleep(pause)

        threading.Thread(target=poll).start()
        threading.Event().set()
        done.append(True)
        return lambda: "seen"

    assert {play(main, Seeded(seed)).result for seed in range(10)} == {"seen"}


def test_a_loop_without_sleep_lets_time_pass(loaded, play):
    """Each step costs a tick, so that main's sleep ends."""
    assert {play(loaded.poll, Seeded(seed)).result for seed in range(10)} == {"seen"}


def test_an_endless_seeded_run_ends(loaded, play, monkeypatch):
    """There is a limit of steps for seeded runs, too."""
    monkeypatch.setattr(Seeded, "step_limit", 1000)
    with pytest.raises(EndlessRun, match="1,000 steps"):
        play(loaded.spin, Seeded(0))


def test_random_numbers_come_from_the_run(loaded, play):
    """Each run seeds the random twin; an explicit seed() in the program is repeatable as well."""
    first, again, other = (play(loaded.dice, Seeded(0), seed=seed).result for seed in (1, 1, 2))
    assert first == again != other
