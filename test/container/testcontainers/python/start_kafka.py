"""Starts an image through the Kafka module of Testcontainers for Python, with KRaft and, as it does unless told, with
ZooKeeper, which nobody needs. Prints what was consumed.

Usage: start_kafka.py IMAGE
"""

import sys

from confluent_kafka import Consumer, Producer
from testcontainers.community.kafka import KafkaContainer

TOPIC = "orders"
RECORDS = 10
POLL_SECONDS = 30


def main(image: str) -> None:
    for mode, container in [("KRaft", KafkaContainer(image).with_kraft()), ("ZooKeeper", KafkaContainer(image))]:
        with container as kafka:
            servers = kafka.get_bootstrap_server()
            produce(servers)
            print(mode, ",".join(consume(servers)))


def produce(servers: str) -> None:
    producer = Producer({"bootstrap.servers": servers, "enable.idempotence": True})
    for number in range(RECORDS):
        producer.produce(TOPIC, f"value-{number}")
    producer.flush()


def consume(servers: str) -> list[str]:
    consumer = Consumer({"bootstrap.servers": servers, "group.id": "readers", "auto.offset.reset": "earliest"})
    consumer.subscribe([TOPIC])
    values = []
    while len(values) < RECORDS:
        message = consumer.poll(POLL_SECONDS)
        if message is None:
            break
        if message.error() is not None:
            raise RuntimeError(str(message.error()))
        values.append(message.value().decode())
    consumer.close()
    return values


main(sys.argv[1])
