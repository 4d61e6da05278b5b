# A correct tool must report: for real always 8 with a GIL; the global total is a fact.
import threading

total = 0
late = False
share = 0.5  # a float is no fact


def add():
    global total, late
    for _ in range(4):
        total += 1
    late = True


threads = [threading.Thread(target=add) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("the total is", total)
