"""8. Pass messages one at a time, with two locks.

The pipeline between producers and consumers holds one message. The producer lock is free while
there is room for a message, the consumer lock while there is one to take; each side takes its own
lock and releases the other side's. A sentinel tells a consumer to stop. With --naive a consumer
reads the message only after the release, when the next one may have taken its place: it can lose a
message, and several consumers can hang.
"""

import concurrent.futures
import logging
import random
import threading
import time
from collections.abc import Iterator
from typing import NamedTuple

from threaddemo import demo
from threaddemo.demo import Message

OPTIONS = (
    demo.size("messages", 10, "Messages of each producer."),
    demo.threads("producers", 1, "How many producers."),
    demo.threads("consumers", 1, "How many consumers."),
    demo.seconds("produce-sleep", 0, "Pause of a producer before each message; 0 is none."),
    demo.seconds("consume-sleep", 0, "Pause of a consumer after each message; 0 is none."),
    demo.flag(
        "naive",
        "Fall into the tutorial's trap: read the message after the release, and maybe lose it.",
        timeout=10,
    ),
)
EXAMPLE = "threaddemo prodcons-lock --producers 2 --debug"

SENTINEL = Message("nobody", 0, None)


class Pipeline:
    """Room for one message between the producers and the consumers."""

    def __init__(self) -> None:
        self.message = SENTINEL
        self.producer_lock = threading.Lock()  # free while there is room for a message
        self.consumer_lock = threading.Lock()  # free while there is a message to take
        self.consumer_lock.acquire()

    def get_message(self, name: str) -> Message:
        logging.debug("%s:about to acquire getlock", name)
        self.consumer_lock.acquire()
        logging.debug("%s:have getlock", name)
        message = self.message  # copied before the release: after it a producer may overwrite it
        logging.debug("%s:about to release setlock", name)
        self.producer_lock.release()
        logging.debug("%s:setlock released", name)
        return message

    def set_message(self, message: Message, name: str) -> None:
        logging.debug("%s:about to acquire setlock", name)
        self.producer_lock.acquire()
        logging.debug("%s:have setlock", name)
        self.message = message
        logging.debug("%s:about to release getlock", name)
        self.consumer_lock.release()
        logging.debug("%s:getlock released", name)


class NaivePipeline(Pipeline):
    """The trap of which the tutorial warns: it needs no variable for the message, so it seems."""

    def get_message(self, name: str) -> Message:
        logging.debug("%s:about to acquire getlock", name)
        self.consumer_lock.acquire()
        logging.debug("%s:have getlock", name)
        logging.debug("%s:about to release setlock", name)
        self.producer_lock.release()
        logging.debug("%s:setlock released", name)
        return self.message  # or the next one, if a producer was faster


class FakeNetwork:
    """Where the producers get their messages."""

    def __init__(self, producers: int, messages: int, sleep: float) -> None:
        self.produced: list[Message] = []
        self._messages, self._sleep = messages, sleep
        self._others = [True] * (producers - 1)  # one for each that is not the last to leave

    def messages(self, name: str) -> Iterator[Message]:
        for index in range(self._messages):
            if self._sleep:
                time.sleep(self._sleep)
            message = Message(name, index, random.randint(1, 101))
            self.produced.append(message)  # appending is atomic: counting needs no lock
            yield message

    def leave(self) -> bool:
        """Note that a producer is done, and whether it is the last one.

        Popping is atomic: only one finds nothing left to pop.
        """
        try:
            self._others.pop()
        except IndexError:
            return True
        return False


class FakeDatabase:
    """Where the consumers save their messages."""

    def __init__(self, sleep: float) -> None:
        self.stored: list[Message] = []
        self._sleep = sleep

    def store(self, message: Message) -> None:
        self.stored.append(message)  # appending is atomic: counting needs no lock
        if self._sleep:
            time.sleep(self._sleep)


def producer(pipeline: Pipeline, network: FakeNetwork, consumers: int, name: str) -> None:
    """Pretend to get messages from the network."""
    threading.current_thread().name = name
    for message in network.messages(name):
        logging.info("%s got message: %s", name, message)
        pipeline.set_message(message, name)

    # Every message of every producer is in the pipeline or through it: tell each consumer to stop.
    if network.leave():
        for _ in range(consumers):
            logging.debug("%s:about to send the sentinel", name)
            pipeline.set_message(SENTINEL, name)


def consumer(pipeline: Pipeline, database: FakeDatabase, name: str) -> None:
    """Pretend to save messages in the database."""
    threading.current_thread().name = name
    while (message := pipeline.get_message(name)) is not SENTINEL:
        logging.info("%s storing message: %s", name, message)
        database.store(message)
    logging.debug("%s:got the sentinel", name)


def run(
    messages: int,
    producers: int,
    consumers: int,
    produce_sleep: float,
    consume_sleep: float,
    naive: bool,
) -> demo.Observe:
    pipeline = NaivePipeline() if naive else Pipeline()
    network = FakeNetwork(producers, messages, produce_sleep)
    database = FakeDatabase(consume_sleep)

    with concurrent.futures.ThreadPoolExecutor(max_workers=producers + consumers) as executor:
        tasks = [
            executor.submit(producer, pipeline, network, consumers, name)
            for name in demo.names("Producer", producers)
        ] + [
            executor.submit(consumer, pipeline, database, name)
            for name in demo.names("Consumer", consumers)
        ]
    for task in tasks:
        task.result()  # an exception is kept until somebody asks for the result

    one_to_one = producers == consumers == 1
    return lambda: Outcome(*demo.delivery(network.produced, database.stored, one_to_one))


class Outcome(NamedTuple):
    produced: int
    stored: int
    lost: int
    repeated: int
    in_order: bool | None

    @property
    def ok(self) -> bool:
        """No message is lost or repeated, and they arrive in order."""
        return self.lost == self.repeated == 0 and self.in_order is not False

    def __str__(self) -> str:
        return demo.delivered(self.produced, self.lost, self.repeated, self.in_order)
