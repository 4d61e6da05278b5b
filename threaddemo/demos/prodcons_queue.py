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
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import count
from typing import NamedTuple

from threaddemo import demo
from threaddemo.demo import Message

OPTIONS = (
    demo.size("queue-size", 10, "How many messages the queue holds; 0 is unbounded."),
    demo.seconds("sleep", 0.1, "How long main waits before it sets the event."),
    demo.size("messages", None, "Messages of each producer.", unset="until the event", explored=4),
    demo.count("burst", 1, "How many messages of a producer come at once."),
    demo.threads("producers", 1, "How many producers."),
    demo.threads("consumers", 1, "How many consumers."),
    demo.seconds("produce-sleep", 0, "Pause of a producer before each burst; 0 is none."),
    demo.seconds("consume-sleep", 0, "Pause of a consumer after each message; 0 is none."),
    demo.flag(
        "naive", "Keep the tutorial's own shutdown, which can lose messages and hang.", timeout=10
    ),
)
EXAMPLE = "threaddemo prodcons-queue --queue-size 2 --messages 5"

SENTINEL = Message("nobody", 0, None)


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
        what = "the sentinel" if message is SENTINEL else message
        logging.debug("%s:got %s from queue", name, what)
        return message

    def set_message(self, message: Message, name: str) -> None:
        logging.debug("%s:about to add %s to queue", name, message)
        self.put(message)
        logging.debug("%s:added %s to queue", name, message)


class FakeNetwork:
    """Where the producers get their messages: so many each, or else some until the event."""

    def __init__(
        self, messages: int | None, event: threading.Event, burst: int, sleep: float
    ) -> None:
        self.produced: list[Message] = []
        self._messages, self._event = messages, event
        self._burst, self._sleep = burst, sleep

    def messages(self, name: str) -> Iterator[Message]:
        for index in self._numbers():
            if self._sleep and index % self._burst == 0:
                time.sleep(self._sleep)
            message = Message(name, index, random.randint(1, 101))
            self.produced.append(message)  # appending is atomic: counting needs no lock
            yield message

    def _numbers(self) -> Iterable[int]:
        return self._until_the_event() if self._messages is None else range(self._messages)

    def _until_the_event(self) -> Iterator[int]:
        for index in count():
            if self._event.is_set():
                return
            yield index


class FakeDatabase:
    """Where the consumers save their messages."""

    def __init__(self, sleep: float) -> None:
        self.stored: list[Message] = []
        self._sleep = sleep

    def store(self, message: Message) -> None:
        self.stored.append(message)  # appending is atomic: counting needs no lock
        if self._sleep:
            time.sleep(self._sleep)


def producer(pipeline: Pipeline, event: threading.Event, network: FakeNetwork, name: str) -> None:
    """Pretend to get messages from the network."""
    threading.current_thread().name = name
    for message in network.messages(name):
        logging.info("%s got message: %s", name, message)
        pipeline.set_message(message, name)

    event.wait()
    logging.info("%s received EXIT event. Exiting", name)


def consumer(pipeline: Pipeline, database: FakeDatabase, name: str) -> None:
    """Pretend to save messages in the database, until the sentinel."""
    threading.current_thread().name = name
    while (message := pipeline.get_message(name)) is not SENTINEL:
        logging.info("%s storing message: %s  (queue size=%s)", name, message, pipeline.messages)
        database.store(message)

    logging.info("%s received EXIT event. Exiting", name)


def naive_consumer(
    event: threading.Event, pipeline: Pipeline, database: FakeDatabase, name: str
) -> None:
    """The tutorial's: the event can be set, or a message put, right after it has looked."""
    threading.current_thread().name = name
    while not event.is_set() or not pipeline.empty():
        message = pipeline.get_message(name)
        logging.info("%s storing message: %s  (queue size=%s)", name, message, pipeline.messages)
        database.store(message)

    logging.info("%s received EXIT event. Exiting", name)


def dismiss(
    consumers: int, pipeline: Pipeline, producing: "Sequence[concurrent.futures.Future[None]]"
) -> None:
    """One sentinel for each consumer, behind the last message of the last producer."""
    for task in producing:
        task.exception()  # waits, and raises nothing here: a producer that failed has ended, too
    for _ in range(consumers):
        logging.debug("Main:about to add the sentinel to queue")
        pipeline.put(SENTINEL)


def run(
    queue_size: int,
    sleep: float,
    messages: int | None,
    burst: int,
    producers: int,
    consumers: int,
    produce_sleep: float,
    consume_sleep: float,
    naive: bool,
) -> demo.Observe:
    pipeline = Pipeline(queue_size)
    event = threading.Event()
    network = FakeNetwork(messages, event, burst, produce_sleep)
    database = FakeDatabase(consume_sleep)
    consume = partial(naive_consumer, event) if naive else consumer

    with concurrent.futures.ThreadPoolExecutor(max_workers=producers + consumers) as executor:
        producing = [
            executor.submit(producer, pipeline, event, network, name)
            for name in demo.names("Producer", producers)
        ]
        consuming = [
            executor.submit(consume, pipeline, database, name)
            for name in demo.names("Consumer", consumers)
        ]

        time.sleep(sleep)
        logging.info("Main: about to set event")
        event.set()

        if not naive:
            dismiss(consumers, pipeline, producing)

    for task in producing + consuming:
        task.result()  # an exception is kept until somebody asks for the result

    one_to_one = producers == consumers == 1
    return lambda: Outcome(
        *demo.delivery(network.produced, database.stored, one_to_one), pipeline.deepest
    )


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
        sent = demo.delivered(self.produced, self.lost, self.repeated, self.in_order)
        return f"{sent}; the queue held {self.deepest_queue} at most"
