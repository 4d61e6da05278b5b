# Always True: a thread that was started has an ident, however one asks for it.
import threading

thread = threading.Thread(target=int)
thread.start()
print("ident:", getattr(thread, "ident", None) is not None, hasattr(thread, "native_id"))
thread.join()
