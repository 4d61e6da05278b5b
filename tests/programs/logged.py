# A correct tool must report: two prints, an info and a warning, with their threads.
import logging
import threading

logging.basicConfig(format="%(levelname)s %(threadName)s: %(message)s", level=logging.INFO)
print("printed by main")
logging.info("information %d", 1)
writer = threading.Thread(target=logging.warning, args=("a warning",), name="Writer 2")
writer.start()
writer.join()
printer = threading.Thread(target=print, args=("printed by", "a thread"), name="Printer 1")
printer.start()
printer.join()
