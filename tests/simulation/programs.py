"""Small programs on the real modules, as a demo would be; most functions are a `main`."""

import concurrent.futures
import queue
import random
import threading
import time


class Account:
    """One value, updated by reading, pausing and writing."""

    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    def update(self):
        copy = self.value
        time.sleep(0.1)
        self.value = copy + 1

    def locked_update(self):
        with self.lock:
            self.update()


def race(threads=2, locked=False):
    account = Account()
    update = account.locked_update if locked else account.update
    with concurrent.futures.ThreadPoolExecutor(max_workers=threads) as executor:
        futures = [executor.submit(update) for _ in range(threads)]
    for future in futures:
        future.result()
    return lambda: account.value


def many(threads=3):
    finished = []

    def work(number):
        time.sleep(2)
        finished.append(number)

    workers = []
    for number in range(threads):
        workers.append(threading.Thread(target=work, args=(number,)))
        workers[-1].start()
    for worker in workers:
        worker.join()
    return lambda: tuple(finished)


def executor(tasks=3, workers=3):
    finished = []

    def work(number):
        time.sleep(2)
        finished.append(number)

    with concurrent.futures.ThreadPoolExecutor(max_workers=workers) as pool:
        pool.map(work, range(tasks))
    return lambda: tuple(finished)


class Pipeline(queue.Queue[int]):
    """A class that chooses its base while its module runs."""

    def get_message(self):
        return self.get()


def produce(pipeline, event, messages):
    threading.current_thread().name = "Producer"
    for message in range(messages):
        if event.is_set():
            break
        pipeline.put(message)


def consume(pipeline, stored):
    threading.current_thread().name = "Consumer"
    while (message := pipeline.get_message()) is not None:
        stored.append(message)


def naive_consume(pipeline, event, stored):
    threading.current_thread().name = "Consumer"
    while not event.is_set() or not pipeline.empty():
        stored.append(pipeline.get_message())


def prodcons(messages=2, size=1, naive=False):
    pipeline = Pipeline(size)
    event = threading.Event()
    stored = []
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        producer = pool.submit(produce, pipeline, event, messages)
        if naive:
            pool.submit(naive_consume, pipeline, event, stored)
        else:
            pool.submit(consume, pipeline, stored)
        time.sleep(0.1)
        event.set()
        if not naive:
            producer.result()
            pipeline.put(None)
    return lambda: tuple(stored)


class Slot:
    """A pipeline for one message, whose two locks are each released by the other side's thread."""

    def __init__(self, copy_before_release):
        self.message = None
        self.copy_before_release = copy_before_release
        self.producer_lock = threading.Lock()
        self.consumer_lock = threading.Lock()
        self.consumer_lock.acquire()

    def get(self):
        self.consumer_lock.acquire()
        if self.copy_before_release:
            message = self.message
            self.producer_lock.release()
            return message
        self.producer_lock.release()
        return self.message  # too late: the producer may have written the next one

    def set(self, message):
        self.producer_lock.acquire()
        self.message = message
        self.consumer_lock.release()


def slot(copy_before_release=True):
    shared = Slot(copy_before_release)
    stored = []

    def fill():
        for message in (1, 2):
            shared.set(message)

    def drain():
        for _ in range(2):
            stored.append(shared.get())

    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        pool.submit(fill)
        pool.submit(drain)
    return lambda: tuple(stored)


def take_both(first, second):
    with first, second:
        pass


def crossed_locks():
    a, b = threading.Lock(), threading.Lock()
    one = threading.Thread(target=take_both, args=(a, b), name="One")
    two = threading.Thread(target=take_both, args=(b, a), name="Two")
    one.start()
    two.start()
    one.join()
    two.join()
    return lambda: "both"


def daemons(log):
    """Leave daemons behind in every kind of wait, each holding something that it must let go."""
    lock, event, items = threading.Lock(), threading.Event(), queue.Queue()

    def hold():
        with lock, concurrent.futures.ThreadPoolExecutor() as pool:
            pool.submit(int)
            try:
                time.sleep(3600)
                log.append("never")
            finally:
                log.append("finally")
                items.get()
                log.append("never")

    for target in (hold, event.wait, items.get, lock.acquire):
        threading.Thread(target=target, daemon=True).start()
    return lambda: "left"


def dice():
    rolls = [random.randint(1, 6) for _ in range(20)] + random.sample(range(99), 3)
    random.shuffle(rolls)
    return lambda: tuple(rolls)


def fail(error):
    def work():
        raise error

    with concurrent.futures.ThreadPoolExecutor(max_workers=1, thread_name_prefix="pool") as pool:
        future = pool.submit(work)
    return lambda: repr(future.exception())


def fail_in_thread(error):
    def work():
        raise error

    threading.Thread(target=work, name="Unlucky").start()
    time.sleep(3600)
    return lambda: None


def poll():
    event = threading.Event()

    def work():
        while not event.is_set():
            pass

    worker = threading.Thread(target=work)
    worker.start()
    time.sleep(0.05)
    event.set()
    worker.join()
    return lambda: "seen"


def spin():
    """Never end, and never announce anything that could be waited for."""
    event = threading.Event()
    while not event.is_set():
        pass


def poll_for_ever():
    worker = threading.Thread(target=spin, name="Spinner")
    worker.start()
    worker.join()
