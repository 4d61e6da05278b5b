# A correct tool must report: 42, since a class of __main__ is found again by other processes.
import multiprocessing


class Number:
    def __init__(self, value):
        self.value = value


def double(queue, number):
    queue.put(Number(2 * number.value))


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    process = context.Process(target=double, args=(answers, Number(21)))
    process.start()
    answer = answers.get().value
    process.join()
    print(answer)
