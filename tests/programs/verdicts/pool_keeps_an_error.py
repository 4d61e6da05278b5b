# No error is left unhandled: whoever asks the future gets it, as often as one likes.
from concurrent.futures import ThreadPoolExecutor


def weigh(grams):
    if grams < 5:
        raise ValueError("too light")
    return grams


with ThreadPoolExecutor(max_workers=2) as scales:
    parcel = scales.submit(weigh, 2)
    try:
        parcel.result()
    except ValueError as error:
        print("refused:", error)
    print("still so:", parcel.exception())
