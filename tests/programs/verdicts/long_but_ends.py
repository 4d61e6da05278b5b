# Always 6000: it takes many steps, but it has an end. No exploration can try all schedules.
import threading

steps = 0
guard = threading.Lock()


def walk():
    global steps
    for _ in range(3000):
        with guard:
            steps += 1


walkers = [threading.Thread(target=walk) for _ in range(2)]
for walker in walkers:
    walker.start()
for walker in walkers:
    walker.join()
print("steps", steps)
