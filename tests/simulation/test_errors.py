"""How an error ends: the run, where it is strict; else its thread alone, as in a program."""

import pytest

from threaddemo.simulation import Exploration, NoMoreThreads, Seeded, Simulator
from threaddemo.simulation.scheduler import Carrier


@pytest.fixture
def freely(simulator, modules):
    """Run a main function as a program's."""

    def freely(main, seed=0, **options):
        return simulator.run(main, Seeded(seed), strict=False, timeout=20, **options)

    return freely


def told(errors):
    """Errors, in words that can be compared."""
    return [(each.thread, repr(each.error), each.handled) for each in errors]


# Strict


@pytest.mark.parametrize("where", ["before", "after"])
def test_an_error_in_a_pools_block_is_the_failure(simulator, modules, where):
    """It is heard before the workers are waited for, though one of them waits for ever."""

    def main():
        with modules.futures.ThreadPoolExecutor(2) as pool:
            if where == "after":
                pool.submit(modules.threading.Event().wait)
            raise KeyError("main is out")

    for run in Exploration(lambda s: simulator.run(main, s, timeout=20)):
        assert run.failure.thread == "Main"
        assert repr(run.failure.error) == "KeyError('main is out')"
        assert (run.deadlock, run.result) == ((), None)


def test_a_failure_ends_the_run_whatever_the_program_catches(simulator, modules):
    """An error that has left a pool's block does not come back."""
    log = []

    def main():
        try:
            with modules.futures.ThreadPoolExecutor(1):
                raise KeyError("out")
        except KeyError:
            log.append("caught")

    assert simulator.run(main, Seeded(0), timeout=20).failure.thread == "Main"
    assert log == []


@pytest.mark.parametrize("error", [RuntimeError("can't start new thread"), MemoryError()])
@pytest.mark.parametrize("room", range(4))
def test_threads_that_cannot_start_are_the_runs_failure(
    modules, simulator, monkeypatch, error, room
):
    """Never a deadlock, nor an outcome: whatever the program does with exceptions."""
    start, left = Carrier.start, [room]

    def refuse(self):
        if not left[0]:
            raise error
        left[0] -= 1
        start(self)

    monkeypatch.setattr(Carrier, "start", refuse)

    def main():
        event = modules.threading.Event()
        try:
            with modules.futures.ThreadPoolExecutor(3) as pool:
                for _ in range(3):
                    pool.submit(event.wait)
        except BaseException:
            return lambda: "caught"

    with pytest.raises(NoMoreThreads, match=f"^no more than {max(room - 1, 0)} threads") as caught:
        simulator.run(main, Seeded(0), timeout=20)
    assert caught.value.started == max(room - 1, 0)
    monkeypatch.undo()
    assert simulator.run(lambda: lambda: 1, Seeded(0), timeout=20).result == 1


# As a program


def test_an_error_ends_its_thread_alone(freely, modules):
    """The others go on, and main's own error waits for them."""
    log = []

    def work():
        modules.time.sleep(1)
        log.append("worker done")

    def main():
        thread = modules.threading.Thread(target=int, args=("x",), name="Crasher")
        thread.start()
        thread.join()
        log.append("main goes on")
        modules.threading.Thread(target=work).start()
        raise KeyError("main is out")

    run = freely(main, observe=lambda: list(log))
    assert run.result == ["main goes on", "worker done"]
    crash = "ValueError(\"invalid literal for int() with base 10: 'x'\")"
    assert told(run.errors) == [
        ("Crasher", crash, False),
        ("MainThread", "KeyError('main is out')", False),
    ]
    assert (run.failure, run.deadlock, run.exit) == (None, (), None)


def test_an_error_leaves_the_lock_of_its_thread_taken(simulator, modules):
    """Who waits for it waits for ever: the errors are told besides."""

    def work(lock):
        lock.acquire()
        raise KeyError("gone")

    def main():
        lock = modules.threading.Lock()
        thread = modules.threading.Thread(target=work, args=(lock,), name="Gone")
        thread.start()
        thread.join()
        lock.acquire()

    run = simulator.run(main, Seeded(0), strict=False, timeout=20)
    assert told(run.errors) == [("Gone", "KeyError('gone')", False)]
    assert str(run.deadlock[0]) == "Main waits in Lock.acquire on Lock (held by Gone)"


@pytest.mark.parametrize("code", [None, 3, "text"])
def test_exit_is_silent(freely, modules, code):
    """In a thread it ends that; in main it is told, and the others are waited for."""
    log = []

    def leave(seconds, code=0):
        modules.time.sleep(seconds)
        log.append(seconds)
        modules.sys.exit(code)

    def main():
        modules.threading.Thread(target=leave, args=(1, 7)).start()
        leave(0, code)

    run = freely(main)
    assert (run.errors, run.exit, log) == ((), code, [0, 1])


def test_the_programs_own_hook_hears_of_a_threads_error(freely, modules):
    """As `threading.excepthook` does; the next run begins without it."""
    heard = []

    def main():
        def hook(args):
            heard.append((args.exc_type, str(args.exc_value), args.thread.name))

        modules.threading.excepthook = hook
        modules.sys.excepthook = lambda kind, *_: heard.append(kind)
        modules.threading.Thread(target=int, args=("x",), name="Crasher").start()
        raise KeyError("main is out")

    run = freely(main)
    assert [error.handled for error in run.errors] == [True, True]
    assert sorted(map(str, heard)) == [
        "(<class 'ValueError'>, \"invalid literal for int() with base 10: 'x'\", 'Crasher')",
        "<class 'KeyError'>",
    ]
    assert not freely(lambda: int("y")).errors[0].handled


def test_a_hook_that_fails_is_told_too(freely, modules):
    """Both errors are."""

    def main():
        modules.threading.excepthook = int
        modules.threading.Thread(target=int, args=("x",), name="Crasher").start()

    assert [error.handled for error in freely(main).errors] == [True, False]


def test_the_main_thread_has_the_name_that_programs_expect(freely, modules):
    """Where errors are as in a program; reports say Main."""
    main_thread = modules.threading.main_thread

    def main():
        names = main_thread().name, repr(modules.threading.current_thread())
        return lambda: names

    assert freely(main).result == ("MainThread", "<_MainThread(MainThread, started 1000)>")
    stuck = freely(lambda: modules.threading.Event().wait())
    assert str(stuck.deadlock[0]).startswith("Main waits in Event.wait on Event")


def test_what_is_thrown_at_dying_threads_is_no_error(freely, modules):
    """Daemons are unwound, and nobody hears of it, whatever they do then."""

    def work():
        try:
            modules.time.sleep(3600)
        finally:
            raise KeyError("late")

    def main():
        modules.threading.Thread(target=work, daemon=True).start()
        modules.time.sleep(1)

    run = freely(main)
    assert (run.errors, run.failure) == ((), None)


def test_errors_are_those_of_one_run():
    """The next run has none of them."""
    with Simulator() as simulator:
        assert simulator.run(lambda: int("x"), Seeded(0), strict=False, timeout=20).errors
        assert not simulator.run(lambda: None, Seeded(0), strict=False, timeout=20).errors
