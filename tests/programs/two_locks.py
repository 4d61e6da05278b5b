# A correct tool must report: it hangs; Left waits in line 11, Right as well, Main in join.
import threading

one, other = threading.Lock(), threading.Lock()
met = threading.Barrier(2)


def take(first, second):
    with first:
        met.wait()
        with second:
            print("never")


threads = [
    threading.Thread(target=take, args=(one, other), name="Left"),
    threading.Thread(target=take, args=(other, one), name="Right"),
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
