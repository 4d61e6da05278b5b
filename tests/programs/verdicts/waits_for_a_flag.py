# It always ends. How many rounds the loop goes differs; that is no outcome.
import threading
import time

busy = True


def turn():
    rounds = 0
    while busy:
        rounds += 1
    print("came to rest")


turner = threading.Thread(target=turn)
turner.start()
time.sleep(0.2)
busy = False
turner.join()
