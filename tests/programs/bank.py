"""An account that two threads withdraw from: the check and the change are two steps."""

import threading

balance = 100


def withdraw(amount):
    global balance
    if balance >= amount:
        balance -= amount


customers = [threading.Thread(target=withdraw, args=(100,)) for _ in range(2)]
for customer in customers:
    customer.start()
for customer in customers:
    customer.join()
