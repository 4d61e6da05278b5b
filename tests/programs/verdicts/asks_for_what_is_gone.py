# Main fails with an AttributeError: Python has no Thread.isAlive any more. That is no gap.
import threading

thread = threading.Thread(target=int)
thread.start()
print(thread.isAlive())
