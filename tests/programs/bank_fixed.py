"""The same account with a lock around both steps."""

import threading

balance = 100
lock = threading.Lock()


def withdraw(amount):
    global balance
    with lock:
        if balance >= amount:
            balance -= amount


customers = [threading.Thread(target=withdraw, args=(100,)) for _ in range(2)]
for customer in customers:
    customer.start()
for customer in customers:
    customer.join()
