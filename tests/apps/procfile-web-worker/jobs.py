import os
import time

QUEUE = os.environ.get("REDIS_URL")

while True:
    print("procfile-web-worker looks for work", flush=True)
    time.sleep(5)
