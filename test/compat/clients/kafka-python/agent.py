import queue
import sys
import threading
from concurrent.futures import Future

from agent_loop import Worker, record, serve, to_bytes
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, NewTopic, OffsetSpec, OffsetTimestamp
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.structs import OffsetAndMetadata

bootstrap_servers = sys.argv[1]


class Member(threading.Thread):
    """Polls without a pause, as an application does: a poll that ends while its member joins forgets the assignment it then gets."""

    def __init__(self, group, topic, isolation):
        super().__init__(daemon=True)
        self.consumer = KafkaConsumer(
            topic,
            bootstrap_servers=bootstrap_servers,
            group_id=group,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            heartbeat_interval_ms=200,
            fetch_max_wait_ms=200,
            isolation_level=isolation,
        )
        self.records = queue.Queue()
        self.tasks = queue.Queue()
        self.is_open = True
        self.start()

    def run(self):
        while self.is_open:
            for items in self.consumer.poll(timeout_ms=500, max_records=10_000).values():
                for item in items:
                    self.records.put(record(item.partition, item.offset, item.key, item.value, item.headers))
            while not self.tasks.empty():
                task, future = self.tasks.get()
                try:
                    future.set_result(task())
                except Exception as error:
                    future.set_exception(error)

    def call(self, task):
        """A consumer belongs to one thread."""
        future = Future()
        self.tasks.put((task, future))
        return future.result(timeout=30)

    def take(self, most, seconds):
        try:
            records = [self.records.get(timeout=seconds)]
        except queue.Empty:
            return []
        while len(records) < most and not self.records.empty():
            records.append(self.records.get())
        return records

    def close(self):
        self.is_open = False
        self.call(self.consumer.close)


class Agent:
    def __init__(self):
        self.lazy_admin = None
        self.consumers = {}
        self.workers = {}
        self.senders = {}
        self.transactional = {}

    @property
    def admin(self):
        if self.lazy_admin is None:
            self.lazy_admin = KafkaAdminClient(bootstrap_servers=bootstrap_servers)
        return self.lazy_admin

    def createTopic(self, topic, partitions, configs):
        self.admin.create_topics([NewTopic(topic, partitions, 1, topic_configs=configs)])

    def listTopics(self):
        return self.admin.list_topics()

    def partitionCount(self, topic):
        return len(self.admin.describe_topics([topic])[0]["partitions"])

    def createPartitions(self, topic, count):
        self.admin.create_partitions({topic: count})

    def deleteTopic(self, topic):
        self.admin.delete_topics([topic])

    def describeCluster(self):
        cluster = self.admin.describe_cluster()
        return {"clusterId": cluster["cluster_id"], "brokers": len(cluster["brokers"])}

    def describeConfigs(self, topic):
        resource = ConfigResource(ConfigResourceType.TOPIC, topic)
        described = self.admin.describe_configs([resource], config_filter="all")["topic"][topic]
        return {name: config["value"] for name, config in described.items()}

    def alterConfigs(self, topic, configs):
        resource = ConfigResource(ConfigResourceType.TOPIC, topic, configs)
        outcome = self.admin.alter_configs([resource])["topic"][topic]
        if outcome != "OK":
            raise RuntimeError(outcome)

    def deleteRecords(self, topic, partition, offset):
        self.admin.delete_records({TopicPartition(topic, partition): offset})

    def listOffset(self, topic, partition, at):
        named = {"earliest": OffsetSpec.EARLIEST, "latest": OffsetSpec.LATEST}
        place = TopicPartition(topic, partition)
        wanted = named[at] if at in named else OffsetTimestamp(at)
        return self.admin.list_partition_offsets({place: wanted})[place].offset

    def listGroups(self):
        return [group["group_id"] for group in self.admin.list_groups()]

    def describeGroup(self, group):
        described = self.admin.describe_groups([group])[group]
        return {"state": described["group_state"], "members": len(described["members"])}

    def committed(self, group, topic):
        offsets = self.admin.list_group_offsets([group])[group]
        return {place.partition: entry.offset for place, entry in offsets.items() if place.topic == topic}

    def deleteGroup(self, group):
        self.admin.delete_groups([group])

    def produce(self, topic, compression, acks, idempotent, records):
        producer = KafkaProducer(
            bootstrap_servers=bootstrap_servers,
            acks=acks,
            enable_idempotence=idempotent,
            compression_type=None if compression == "none" else compression,
            # Without idempotence a retry may overtake what was sent after it.
            max_in_flight_requests_per_connection=5 if idempotent else 1,
            linger_ms=20,
        )
        sent = [
            producer.send(
                topic,
                key=to_bytes(item["key"]),
                value=to_bytes(item["value"]),
                headers=[(name, to_bytes(header)) for name, header in item["headers"]],
                partition=item.get("partition"),
            )
            for item in records
        ]
        producer.flush()
        for future in sent:
            future.get(timeout=0)
        producer.close()

    def transact(self, producer, transactionalId, timeoutMs, topic, values, end):
        own = self.transactional.get(producer)
        if own is None:
            own = KafkaProducer(
                bootstrap_servers=bootstrap_servers,
                transactional_id=transactionalId,
                transaction_timeout_ms=timeoutMs,
            )
            self.transactional[producer] = own
            own.init_transactions()
        own.begin_transaction()
        for future in [own.send(topic, value=value.encode()) for value in values]:
            future.get(timeout=30)
        if end != "none":
            self.endTransaction(producer, end == "commit")

    def endTransaction(self, producer, commit):
        own = self.transactional[producer]
        own.commit_transaction() if commit else own.abort_transaction()

    def transactWithOffset(self, producer, transactionalId, topic, records, outcome, sentOffset=None):
        if producer not in self.senders:
            made = KafkaProducer(bootstrap_servers=bootstrap_servers, transactional_id=transactionalId)
            made.init_transactions()
            self.senders[producer] = made
        sender = self.senders[producer]
        sender.begin_transaction()
        for item in records:
            sender.send(topic, value=to_bytes(item["value"]), partition=0)
        # Aborting drops what was not sent yet.
        sender.flush()
        if sentOffset is not None:
            places = {TopicPartition(topic, 0): OffsetAndMetadata(sentOffset["offset"], "", -1)}
            sender.send_offsets_to_transaction(places, sentOffset["group"])
        if outcome == "commit":
            sender.commit_transaction()
        elif outcome == "abort":
            sender.abort_transaction()

    def open(self, consumer, group, topic, isolation="read_uncommitted"):
        self.consumers[consumer] = Member(group, topic, isolation)

    def poll(self, consumer, max, waitMs):
        return self.consumers[consumer].take(max, waitMs / 1000)

    def assignment(self, consumer):
        member = self.consumers[consumer]
        return [place.partition for place in member.call(member.consumer.assignment)]

    def seek(self, consumer, topic, partition, offset):
        member = self.consumers[consumer]
        member.call(lambda: member.consumer.seek(TopicPartition(topic, partition), offset))

    def commit(self, consumer, topic, partition, offset):
        member = self.consumers[consumer]
        offsets = {TopicPartition(topic, partition): OffsetAndMetadata(offset, "", -1)}
        member.call(lambda: member.consumer.commit(offsets))

    def close(self, consumer):
        self.consumers.pop(consumer).close()

    def join(self, member, group, topic, protocol, assignor, instanceId=None):
        assignors = {"range": RangePartitionAssignor, "cooperative-sticky": CooperativeStickyAssignor}
        consumer = KafkaConsumer(
            topic,
            bootstrap_servers=bootstrap_servers,
            group_id=group,
            group_instance_id=instanceId,
            partition_assignment_strategy=[assignors[assignor]],
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            heartbeat_interval_ms=100,
            fetch_max_wait_ms=100,
        )

        def read():
            batches = consumer.poll(timeout_ms=200, max_records=500)
            return [(item.partition, item.offset) for items in batches.values() for item in items]

        def commit(partition, offset):
            consumer.commit({TopicPartition(topic, partition): OffsetAndMetadata(offset, "", -1)})

        self.workers[member] = Worker(read, commit, consumer.close)

    def leave(self, member):
        self.workers.pop(member).leave()

    def work(self):
        return Worker.take()


serve(Agent())
