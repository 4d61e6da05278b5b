# The call may be running when Main looks, and then it can't be cancelled; or neither.
import time
from concurrent.futures import ThreadPoolExecutor

with ThreadPoolExecutor(max_workers=1) as pool:
    call = pool.submit(time.sleep, 1)
    running = call.running()
    cancelled = call.cancel()
print(running, cancelled)
