from celery import shared_task


@shared_task
def remind(reader: int) -> None:
    print(f"reader {reader} is late")
