import os

from celery import Celery

celery = Celery("tasks", broker=os.environ.get("REDIS_URL", "redis://localhost:6379/0"))


@celery.task
def add(a: int, b: int) -> int:
    return a + b
