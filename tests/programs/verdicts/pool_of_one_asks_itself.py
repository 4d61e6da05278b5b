# Two outcomes: a deadlock, since the only worker waits for what only it could do; or, if Main
# has ended first, the pool takes no more calls: that error nobody asks for, and it is no error.
from concurrent.futures import ThreadPoolExecutor


def ask():
    answer = only.submit(abs, -4)
    print(answer.result())


only = ThreadPoolExecutor(max_workers=1)
only.submit(ask)
