# A correct tool must report: nothing of its own accord: it never ends.
import os
import threading


def tick():
    while True:
        bell.wait(0.01)


bell = threading.Event()
threading.Thread(target=tick, name="Clock").start()
print("process", os.getpid())
bell.wait()
