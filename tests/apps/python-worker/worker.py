import logging
import os
import signal
import threading

from tenacity import retry, stop_after_attempt

INTERVAL_S = float(os.environ.get("INTERVAL_S", "5"))
stopping = threading.Event()


@retry(stop=stop_after_attempt(3))
def work():
    logging.info("python-worker did a piece of work")


def main():
    logging.basicConfig(level=logging.INFO)
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    while True:
        work()
        if stopping.wait(INTERVAL_S):
            return


if __name__ == "__main__":
    main()
