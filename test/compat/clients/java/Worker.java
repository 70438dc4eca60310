import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** A member that reads and commits until it is told to leave. */
final class Worker extends Thread {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String topic;
    private final Queue<Work> done;
    private final Map<TopicPartition, Work> open = new HashMap<>();
    private volatile boolean isLeaving = false;

    Worker(KafkaConsumer<byte[], byte[]> consumer, String topic, Queue<Work> done) {
        this.consumer = consumer;
        this.topic = topic;
        this.done = done;
        setDaemon(true);
        start();
    }

    @Override
    public void run() {
        consumer.subscribe(Collections.singleton(topic));
        while (!isLeaving) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(100));
            for (TopicPartition place : records.partitions()) {
                List<ConsumerRecord<byte[], byte[]>> read = records.records(place);
                commit(place, read.get(0).offset(), read.get(read.size() - 1).offset() + 1);
            }
        }
        consumer.close();
    }

    private void commit(TopicPartition place, long from, long to) {
        Work work = new Work();
        Work before = open.remove(place);
        work.partition = place.partition();
        work.since = before != null && before.to == from ? before.since : from;
        work.from = from;
        work.to = to;
        try {
            consumer.commitSync(Collections.singletonMap(place, new OffsetAndMetadata(to)));
            work.committed = true;
        } catch (KafkaException refused) {
            open.put(place, work);
        }
        done.add(work);
    }

    void leave() throws InterruptedException {
        isLeaving = true;
        join();
    }

    /** What was read and then committed, or tried to; commands.ts says more. */
    static final class Work {
        int partition;
        long since;
        long from;
        long to;
        boolean committed;
    }
}
