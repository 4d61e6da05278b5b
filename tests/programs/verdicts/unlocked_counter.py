# Any total from 2 to 6: "+=" reads and writes, and between the two others may write.
import threading

hits = 0


def hit():
    global hits
    for _ in range(3):
        hits += 1


hitters = [threading.Thread(target=hit) for _ in range(2)]
for hitter in hitters:
    hitter.start()
for hitter in hitters:
    hitter.join()
print("hits", hits)
