# Main fails with a KeyError; the worker is done all the same, in every schedule.
import threading
import time


def finish():
    time.sleep(1)
    print("finished my part")


threading.Thread(target=finish, name="Worker").start()
raise KeyError("no such thing")
