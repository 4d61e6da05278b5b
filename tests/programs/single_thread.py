# A correct tool must report: the tutorial's first transcript, its last line after main is done.
import logging
import threading
import time


def thread_function(name):
    logging.info("Thread %s: starting", name)
    time.sleep(0.2)
    logging.info("Thread %s: finishing", name)


if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s: %(message)s", level=logging.INFO, datefmt="%H:%M:%S")
    logging.info("Main    : before creating thread")
    thread = threading.Thread(target=thread_function, args=(1,))
    logging.info("Main    : before running thread")
    thread.start()
    logging.info("Main    : wait for the thread to finish")
    logging.info("Main    : all done")
