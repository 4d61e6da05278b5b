"""8. Pass messages one at a time, with two locks.

The pipeline between producers and consumers holds one message. The producer lock is free while
there is room for a message, the consumer lock while there is one to take; each side takes its own
lock and releases the other side's. A sentinel tells a consumer to stop.
"""

import concurrent.futures
import logging
import random
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from threaddemo import demo
from threaddemo.demo import Message, delivered, delivery, names

OPTIONS = (
    demo.size("messages", 10, "Messages of each producer.", explored=2),
    demo.threads("producers", 1, "How many producers."),
    demo.threads("consumers", 1, "How many consumers."),
    demo.seconds("produce-sleep", 0, "Pause of a producer before each message; 0 is none."),
    demo.seconds("consume-sleep", 0, "Pause of a consumer after each message; 0 is none."),
)
EXAMPLE = "threaddemo prodcons-lock --producers 2 --debug"

SENTINEL = Message("nobody", 0, None)


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
        return delivered(self.produced, self.lost, self.repeated, self.in_order)


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


class Producers:
    """What the producers share: what they produced, and who of them is the last to finish."""

    def __init__(self, number: int) -> None:
        self.produced: list[Message] = []
        self._not_last = [True] * (number - 1)

    def last_to_finish(self) -> bool:
        """True for one producer only: popping is atomic, and one finds nothing left to pop."""
        try:
            self._not_last.pop()
        except IndexError:
            return True
        return False


def producer(
    pipeline: Pipeline, name: str, messages: int, sleep: float, team: Producers, consumers: int
) -> None:
    """Pretend to get messages from the network."""
    threading.current_thread().name = name
    for index in range(messages):
        if sleep:
            time.sleep(sleep)
        message = Message(name, index, random.randint(1, 101))
        logging.info("%s got message: %s", name, message)
        team.produced.append(message)
        pipeline.set_message(message, name)

    # Every message of every producer is in the pipeline or through it: tell each consumer to stop.
    if team.last_to_finish():
        for _ in range(consumers):
            pipeline.set_message(SENTINEL, name)


def consumer(pipeline: Pipeline, name: str, sleep: float, stored: list[Message]) -> None:
    """Pretend to save messages in the database."""
    threading.current_thread().name = name
    while (message := pipeline.get_message(name)) is not SENTINEL:
        logging.info("%s storing message: %s", name, message)
        stored.append(message)
        if sleep:
            time.sleep(sleep)


def run(
    messages: int, producers: int, consumers: int, produce_sleep: float, consume_sleep: float
) -> Callable[[], Outcome]:
    pipeline = Pipeline()
    team = Producers(producers)
    stored: list[Message] = []

    with concurrent.futures.ThreadPoolExecutor(max_workers=producers + consumers) as executor:
        tasks = [
            executor.submit(producer, pipeline, name, messages, produce_sleep, team, consumers)
            for name in names("Producer", producers)
        ] + [
            executor.submit(consumer, pipeline, name, consume_sleep, stored)
            for name in names("Consumer", consumers)
        ]
    for task in tasks:
        task.result()  # a task's exception is raised here, or nobody would hear of it

    one_to_one = producers == consumers == 1
    return lambda: Outcome(*delivery(team.produced, stored, one_to_one))
