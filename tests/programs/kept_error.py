# A correct tool must report: no error; one is kept by a future, and nobody ever asks for it.
from concurrent.futures import ThreadPoolExecutor


def fail(word):
    raise ValueError(word)


with ThreadPoolExecutor(max_workers=1) as pool:
    pool.submit(fail, "unasked")
    asked = pool.submit(fail, "asked")
    print(repr(asked.exception()))
