import os

from confluent_kafka import Consumer


def main() -> None:
    consumer = Consumer({"bootstrap.servers": os.environ["KAFKA_BROKERS"], "group.id": "orders"})
    consumer.subscribe(["orders"])
    running = True
    while running:
        message = consumer.poll(1.0)
        if message is not None:
            print(message.value())


if __name__ == "__main__":
    main()
