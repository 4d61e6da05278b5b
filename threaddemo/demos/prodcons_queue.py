"""9. Pass messages through a Queue; an Event ends it.

The queue between producers and consumers does the locking: put waits while it is full, get waits
while it is empty. The producers work until main sets the event. Only when the last of them has
put its last message does main send each consumer its sentinel, so that none leaves too early and
none waits for ever. --naive keeps the shutdown of the tutorial instead, in which the consumers
watch the event themselves: it can lose a message, and it can hang.
"""

import concurrent.futures
import logging
import queue
import random
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from threaddemo import demo
from threaddemo.demo import Message, delivered, delivery, names

OPTIONS = (
    demo.size("queue-size", 10, "How many messages the queue holds; 0 is unbounded."),
    demo.seconds("sleep", 0.1, "How long main waits before it sets the event."),
    demo.size("messages", None, "Messages of each producer.", unset="until the event", explored=2),
    demo.threads("producers", 1, "How many producers."),
    demo.threads("consumers", 1, "How many consumers."),
    demo.seconds("produce-sleep", 0, "Pause of a producer before each message; 0 is none."),
    demo.seconds("consume-sleep", 0, "Pause of a consumer after each message; 0 is none."),
    demo.flag(
        "naive", "Keep the tutorial's own shutdown, which can lose messages and hang.", timeout=10
    ),
)
EXAMPLE = "threaddemo prodcons-queue --queue-size 2 --messages 5"

SENTINEL = Message("nobody", 0, None)


class Outcome(NamedTuple):
    produced: int
    stored: int
    lost: int
    repeated: int
    in_order: bool | None
    deepest_queue: int

    @property
    def ok(self) -> bool:
        """No message is lost or repeated, and they arrive in order."""
        return self.lost == self.repeated == 0 and self.in_order is not False

    def __str__(self) -> str:
        sent = delivered(self.produced, self.lost, self.repeated, self.in_order)
        return f"{sent}; the queue held {self.deepest_queue} at most"


class Pipeline(queue.Queue[Message]):
    """A queue that counts its messages; the sentinels are none."""

    def __init__(self, maxsize: int) -> None:
        super().__init__(maxsize)
        self.messages = 0
        self.deepest = 0

    def _put(self, item: Message) -> None:  # the queue calls this with its own lock held
        super()._put(item)
        self.messages += item is not SENTINEL
        self.deepest = max(self.deepest, self.messages)

    def _get(self) -> Message:  # as _put
        item: Message = super()._get()
        self.messages -= item is not SENTINEL
        return item

    def get_message(self, name: str) -> Message:
        logging.debug("%s:about to get from queue", name)
        message = self.get()
        if message is not SENTINEL:
            logging.debug("%s:got %s from queue", name, message)
        return message

    def set_message(self, message: Message, name: str) -> None:
        logging.debug("%s:about to add %s to queue", name, message)
        self.put(message)
        logging.debug("%s:added %s to queue", name, message)


def producer(
    pipeline: Pipeline,
    event: threading.Event,
    name: str,
    messages: int | None,
    sleep: float,
    produced: list[Message],
) -> None:
    """Pretend to get messages from the network: so many of them, or else until the event."""
    threading.current_thread().name = name
    index = 0
    while index < messages if messages is not None else not event.is_set():
        if sleep:
            time.sleep(sleep)
        message = Message(name, index, random.randint(1, 101))
        logging.info("%s got message: %s", name, message)
        produced.append(message)
        pipeline.set_message(message, name)
        index += 1

    event.wait()
    logging.info("%s received EXIT event. Exiting", name)


def consumer(pipeline: Pipeline, name: str, sleep: float, stored: list[Message]) -> None:
    """Pretend to save messages in the database, until the sentinel."""
    threading.current_thread().name = name
    while (message := pipeline.get_message(name)) is not SENTINEL:
        store(pipeline, name, message, sleep, stored)

    logging.info("%s received EXIT event. Exiting", name)


def naive_consumer(
    pipeline: Pipeline, event: threading.Event, name: str, sleep: float, stored: list[Message]
) -> None:
    """The tutorial's: the event can be set, or a message put, right after it has looked."""
    threading.current_thread().name = name
    while not event.is_set() or not pipeline.empty():
        store(pipeline, name, pipeline.get_message(name), sleep, stored)

    logging.info("%s received EXIT event. Exiting", name)


def store(
    pipeline: Pipeline, name: str, message: Message, sleep: float, stored: list[Message]
) -> None:
    size = pipeline.messages
    logging.info("%s storing message: %s  (queue size=%s)", name, message, size)
    stored.append(message)
    if sleep:
        time.sleep(sleep)


def run(
    queue_size: int,
    sleep: float,
    messages: int | None,
    producers: int,
    consumers: int,
    produce_sleep: float,
    consume_sleep: float,
    naive: bool,
) -> Callable[[], Outcome]:
    pipeline = Pipeline(queue_size)
    event = threading.Event()
    produced: list[Message] = []
    stored: list[Message] = []

    with concurrent.futures.ThreadPoolExecutor(max_workers=producers + consumers) as executor:
        producing = [
            executor.submit(producer, pipeline, event, name, messages, produce_sleep, produced)
            for name in names("Producer", producers)
        ]
        consuming = [
            executor.submit(naive_consumer, pipeline, event, name, consume_sleep, stored)
            if naive
            else executor.submit(consumer, pipeline, name, consume_sleep, stored)
            for name in names("Consumer", consumers)
        ]

        time.sleep(sleep)
        logging.info("Main: about to set event")
        event.set()

        if not naive:
            # One sentinel for each consumer, behind the last message of the last producer. A
            # producer that failed has ended too: exception() waits, and raises nothing here.
            for task in producing:
                task.exception()
            for _ in consuming:
                pipeline.put(SENTINEL)

    for task in producing + consuming:
        task.result()  # a task's exception is raised here, or nobody would hear of it

    one_to_one = producers == consumers == 1
    return lambda: Outcome(*delivery(produced, stored, one_to_one), pipeline.deepest)
