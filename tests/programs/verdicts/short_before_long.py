# "brief" comes before "lengthy", unless a sleeper of 0.1 s sleeps longer than one of 10 s.
import threading
import time


def snooze(seconds, word):
    time.sleep(seconds)
    said.append(word)


said = []
sleepers = [
    threading.Thread(target=snooze, args=args) for args in ((0.1, "brief"), (10, "lengthy"))
]
for sleeper in sleepers:
    sleeper.start()
for sleeper in sleepers:
    sleeper.join()
print(*said)
