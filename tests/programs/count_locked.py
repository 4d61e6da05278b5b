import threading

total, lock = 0, threading.Lock()


def add():
    global total
    with lock:
        total += 1


threads = [threading.Thread(target=add) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
