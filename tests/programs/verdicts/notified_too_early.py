# It ends if the reader waits before the notification comes; else the reader waits for ever.
import threading
import time

letter = threading.Condition()


def read():
    with letter:
        letter.wait()
        print("read it")


reader = threading.Thread(target=read, name="Reader")
reader.start()
time.sleep(0.3)
with letter:
    letter.notify()
reader.join()
