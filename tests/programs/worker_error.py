# A correct tool must report: a ZeroDivisionError left Divider (line 7); main printed last.
import threading


def divide():
    print("dividing")
    return 1 / 0


divider = threading.Thread(target=divide, name="Divider")
divider.start()
divider.join()
print("the program goes on")
