# set() wakes all who wait then, also if clear() follows at once: it ends, unless the pulse
# comes before the guest waits. Then the guest waits for ever.
import threading
import time

gong = threading.Event()


def doze():
    gong.wait()
    print("awake")


guest = threading.Thread(target=doze, name="Guest")
guest.start()
time.sleep(1)
gong.set()
gong.clear()
guest.join()
