# print() writes a text and its end one by one: two texts can come to stand on one line.
import threading

for word in ("left", "right"):
    threading.Thread(target=print, args=(word,)).start()
