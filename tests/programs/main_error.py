# A correct tool must report: a LookupError left main; the worker's line came all the same.
import threading
import time


def work():
    time.sleep(0.1)
    print("the worker is done")


threading.Thread(target=work, name="Worker").start()
raise LookupError("main has\nlost it")
