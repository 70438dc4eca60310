import sys

from agent_loop import record, serve, to_bytes
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, NewTopic, OffsetSpec, OffsetTimestamp
from kafka.structs import OffsetAndMetadata

bootstrap_servers = sys.argv[1]


class Agent:
    def __init__(self):
        self.lazy_admin = None
        self.consumers = {}

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

    def open(self, consumer, group, topic):
        self.consumers[consumer] = KafkaConsumer(
            topic,
            bootstrap_servers=bootstrap_servers,
            group_id=group,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            heartbeat_interval_ms=200,
            fetch_max_wait_ms=200,
        )

    def poll(self, consumer, max, waitMs):
        polled = self.consumers[consumer].poll(timeout_ms=waitMs, max_records=max)
        return [
            record(item.partition, item.offset, item.key, item.value, item.headers)
            for items in polled.values()
            for item in items
        ]

    def assignment(self, consumer):
        return [place.partition for place in self.consumers[consumer].assignment()]

    def seek(self, consumer, topic, partition, offset):
        self.consumers[consumer].seek(TopicPartition(topic, partition), offset)

    def commit(self, consumer, topic, partition, offset):
        self.consumers[consumer].commit({TopicPartition(topic, partition): OffsetAndMetadata(offset, "", -1)})

    def close(self, consumer):
        self.consumers.pop(consumer).close()


serve(Agent())
