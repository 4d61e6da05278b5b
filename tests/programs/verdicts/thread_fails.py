# Faller fails with a ValueError; Main goes on, in every schedule.
import threading


def fall():
    raise ValueError("down I go")


faller = threading.Thread(target=fall, name="Faller")
faller.start()
faller.join()
print("main is still here")
