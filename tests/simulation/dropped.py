"""What happens when objects are dropped."""

import weakref


class Thing:
    def __init__(self):
        self.value = 1

    def __del__(self):
        print("finalized")


def numbers():
    try:
        yield 1
        yield 2
    finally:
        print("closed")


def run():
    for number in numbers():
        if number:
            break
    thing = Thing()
    thing.value += 1
    del thing
    other = Thing.__new__(Thing)
    other.value = 2
    reference = weakref.ref(other, lambda _: print("freed"))
    Thing.__del__ = lambda self: None
    del other
    print(reference())
    print("end")


run()
