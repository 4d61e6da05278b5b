# East and West can wait for each other for ever, though Ticker ticks on. Else Ticker has no end.
import threading
import time

knife, fork = threading.Lock(), threading.Lock()


def dine(one, two):
    with one:
        time.sleep(0.1)
        with two:
            pass


def tick():
    while True:
        time.sleep(1)


threading.Thread(target=dine, args=(knife, fork), name="East").start()
threading.Thread(target=dine, args=(fork, knife), name="West").start()
threading.Thread(target=tick, name="Ticker").start()
