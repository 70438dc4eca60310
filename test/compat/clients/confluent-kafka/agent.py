import json
import sys

from agent_loop import Worker, record, serve, to_bytes
from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    OffsetSpec,
    ResourceType,
)

bootstrap = {"bootstrap.servers": sys.argv[1], "topic.metadata.refresh.interval.ms": 1000}


def result(futures):
    """Admin calls give a future per resource; the agent asks for one resource at a time."""
    (future,) = futures.values()
    return future.result(timeout=30)


class Agent:
    def __init__(self):
        self.admin = AdminClient(bootstrap)
        self.consumers = {}
        self.workers = {}
        self.producers = {}
        self.senders = {}
        self.transactional = {}

    def fresh_admin(self):
        """For what concerns groups: a client whose connections were cut may wait in vain for a reason to connect again."""
        self.admin = AdminClient(bootstrap)
        return self.admin

    def createTopic(self, topic, partitions, configs):
        result(self.admin.create_topics([NewTopic(topic, partitions, 1, config=configs)]))

    def listTopics(self):
        return list(self.admin.list_topics(timeout=30).topics)

    def partitionCount(self, topic):
        return len(self.admin.list_topics(topic, timeout=30).topics[topic].partitions)

    def createPartitions(self, topic, count):
        result(self.admin.create_partitions([NewPartitions(topic, count)]))

    def deleteTopic(self, topic):
        result(self.admin.delete_topics([topic]))

    def describeCluster(self):
        cluster = self.admin.describe_cluster().result(timeout=30)
        return {"clusterId": cluster.cluster_id, "brokers": len(cluster.nodes)}

    def describeConfigs(self, topic):
        described = result(self.admin.describe_configs([ConfigResource(ResourceType.TOPIC, topic)]))
        return {name: config.value for name, config in described.items()}

    def alterConfigs(self, topic, configs):
        entries = [
            ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET) for name, value in configs.items()
        ]
        resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=entries)
        result(self.admin.incremental_alter_configs([resource]))

    def deleteRecords(self, topic, partition, offset):
        result(self.admin.delete_records([TopicPartition(topic, partition, offset)]))

    def listOffset(self, topic, partition, at):
        named = {"earliest": OffsetSpec.earliest, "latest": OffsetSpec.latest}
        wanted = named[at]() if at in named else OffsetSpec.for_timestamp(at)
        return result(self.admin.list_offsets({TopicPartition(topic, partition): wanted})).offset

    def listGroups(self):
        return [group.group_id for group in self.fresh_admin().list_consumer_groups().result(timeout=30).valid]

    def describeGroup(self, group):
        described = result(self.fresh_admin().describe_consumer_groups([group]))
        return {"state": described.state.name, "members": len(described.members)}

    def committed(self, group, topic):
        offsets = result(self.fresh_admin().list_consumer_group_offsets([ConsumerGroupTopicPartitions(group)]))
        return {place.partition: place.offset for place in offsets.topic_partitions if place.topic == topic}

    def deleteGroup(self, group):
        result(self.fresh_admin().delete_consumer_groups([group]))

    def producer_of(self, options):
        key = json.dumps(options)
        if key not in self.producers:
            self.producers[key] = Producer({**bootstrap, **options})
        return self.producers[key]

    def produce(self, topic, compression, acks, idempotent, records):
        producer = self.producer_of(
            {
                "acks": acks,
                "enable.idempotence": idempotent,
                # Without idempotence a retry may overtake what was sent after it.
                "max.in.flight": 5 if idempotent else 1,
                "compression.type": compression,
                "partitioner": "murmur2_random",
            }
        )
        errors = []
        for item in records:
            place = {"partition": item["partition"]} if "partition" in item else {}
            producer.produce(
                topic,
                key=to_bytes(item["key"]),
                value=to_bytes(item["value"]),
                headers=[(name, to_bytes(header)) for name, header in item["headers"]],
                on_delivery=lambda error, _: errors.append(error) if error else None,
                **place,
            )
        producer.flush()
        if errors:
            raise KafkaException(errors[0])

    def transact(self, producer, transactionalId, timeoutMs, topic, values, end):
        own = self.transactional.get(producer)
        if own is None:
            own = Producer({**bootstrap, "transactional.id": transactionalId, "transaction.timeout.ms": timeoutMs})
            self.transactional[producer] = own
            own.init_transactions(30)
        own.begin_transaction()
        errors = []
        for value in values:
            own.produce(topic, value=value.encode(), on_delivery=lambda error, _: errors.append(error) if error else None)
        own.flush(30)
        if errors:
            raise KafkaException(errors[0])
        if end != "none":
            self.endTransaction(producer, end == "commit")

    def endTransaction(self, producer, commit):
        own = self.transactional[producer]
        (own.commit_transaction if commit else own.abort_transaction)(30)

    def transactWithOffset(self, producer, transactionalId, topic, records, outcome, sentOffset=None):
        if producer not in self.senders:
            self.senders[producer] = Producer({**bootstrap, "transactional.id": transactionalId})
            self.senders[producer].init_transactions(30)
        sender = self.senders[producer]
        sender.begin_transaction()
        for item in records:
            sender.produce(topic, value=to_bytes(item["value"]), partition=0)
        # Aborting drops what was not sent yet.
        sender.flush()
        if sentOffset is not None:
            group = Consumer({**bootstrap, "group.id": sentOffset["group"]})
            places = [TopicPartition(topic, 0, sentOffset["offset"])]
            sender.send_offsets_to_transaction(places, group.consumer_group_metadata(), 30)
            group.close()
        if outcome == "commit":
            sender.commit_transaction(30)
        elif outcome == "abort":
            sender.abort_transaction(30)

    def open(self, consumer, group, topic, isolation="read_committed"):
        member = Consumer(
            {
                **bootstrap,
                "group.id": group,
                "auto.offset.reset": "earliest",
                "enable.auto.commit": False,
                "heartbeat.interval.ms": 200,
                "fetch.wait.max.ms": 200,
                "isolation.level": isolation,
            }
        )
        member.subscribe([topic])
        self.consumers[consumer] = member

    def poll(self, consumer, max, waitMs):
        member = self.consumers[consumer]
        first = member.poll(waitMs / 1000)
        messages = [] if first is None else [first, *member.consume(min(max, 1_000) - 1, 0.05)]
        for message in messages:
            # Errors here are news of a topic or a connection, which the client deals with itself.
            if message.error() and message.error().fatal():
                raise KafkaException(message.error())
        return [
            record(message.partition(), message.offset(), message.key(), message.value(), message.headers())
            for message in messages
            if not message.error()
        ]

    def assignment(self, consumer):
        return [place.partition for place in self.consumers[consumer].assignment()]

    def seek(self, consumer, topic, partition, offset):
        self.consumers[consumer].seek(TopicPartition(topic, partition, offset))

    def commit(self, consumer, topic, partition, offset):
        places = self.consumers[consumer].commit(offsets=[TopicPartition(topic, partition, offset)], asynchronous=False)
        for place in places:
            if place.error:
                raise KafkaException(place.error)

    def close(self, consumer):
        self.consumers.pop(consumer).close()

    def join(self, member, group, topic, protocol, assignor, instanceId=None):
        options = {
            **bootstrap,
            "group.id": group,
            "group.protocol": protocol,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "fetch.wait.max.ms": 100,
        }
        if protocol == "classic":
            options["partition.assignment.strategy"] = assignor
            options["heartbeat.interval.ms"] = 100
            # Not every close ends with LeaveGroup.
            options["session.timeout.ms"] = 6000
        else:
            options["group.remote.assignor"] = assignor
        if instanceId is not None:
            options["group.instance.id"] = instanceId
        consumer = Consumer(options)
        consumer.subscribe([topic])

        def read():
            messages = [message for message in consumer.consume(500, 0.1) if not message.error()]
            return [(message.partition(), message.offset()) for message in messages]

        def commit(partition, offset):
            (place,) = consumer.commit(offsets=[TopicPartition(topic, partition, offset)], asynchronous=False)
            if place.error:
                raise KafkaException(place.error)

        def close():
            # Whoever is not assigned everything anew may be closed with an assignment still to be handed out, and gets its
            # revocation right behind it. The first answer makes the member leave; the second one, where it crosses with
            # the coordinator's, is dropped by librdkafka, and `close` never returns (confluentinc/librdkafka issues 4884
            # and 4041). So nothing may be left to hand out by then. A static member would give up its place.
            if assignor != "range" and instanceId is None:
                consumer.unsubscribe()
                while consumer.consume(500, 0.1):
                    pass
            consumer.close()

        self.workers[member] = Worker(read, commit, close)

    def leave(self, member):
        self.workers.pop(member).leave()

    def work(self):
        return Worker.take()


serve(Agent())
