"""The thread that heeds who started a script's process."""

import _thread
import os
import threading
import time

from threaddemo.child import watch


def test_its_thread_has_begun_before_the_script_does(monkeypatch):
    """Python 3.10 crashes where a thread begins while the interpreter comes to its end."""
    start, begun = _thread.start_new_thread, threading.Event()

    def late(function, args):
        def body():
            time.sleep(0.2)
            begun.set()
            function(*args)

        return start(body, ())

    monkeypatch.setattr(watch._thread, "start_new_thread", late)
    control, mine = os.pipe()
    heard = threading.Event()
    watching = watch.Watch(control, heard.set, lambda: None)
    watching.begin()
    assert begun.is_set()
    os.write(mine, b"?")
    assert heard.wait(20)
    watching._pause()
    assert watching._ended.acquire(timeout=20)
    os.close(control)
    os.close(mine)
