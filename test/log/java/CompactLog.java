import java.io.File;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.record.internal.FileLogInputStream;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.server.util.KafkaScheduler;
import org.apache.kafka.storage.internals.log.Cleaner;
import org.apache.kafka.storage.internals.log.CleanerStats;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.LogDirFailureChannel;
import org.apache.kafka.storage.internals.log.LogToClean;
import org.apache.kafka.storage.internals.log.ProducerStateManagerConfig;
import org.apache.kafka.storage.internals.log.SkimpyOffsetMap;
import org.apache.kafka.storage.internals.log.UnifiedLog;
import org.apache.kafka.storage.internals.utils.Throttler;
import org.apache.kafka.storage.log.metrics.BrokerTopicStats;

/** Kafka's cleaner on a partition's directory, and what batches such a directory holds. */
public class CompactLog {
  public static void main(String[] args) throws Exception {
    if (args[0].equals("print")) print(new File(args[1]));
    else compact(new File(args[1]), Long.parseLong(args[2]), Long.parseLong(args[3]), args[4], Integer.parseInt(args[5]));
  }

  static void compact(File dir, long firstDirtyOffset, long nowMs, String segmentBytes, int mapBytes) throws Exception {
    Properties properties = new Properties();
    properties.putAll(Map.of("cleanup.policy", "compact", "internal.segment.bytes", segmentBytes, "delete.retention.ms", "500", "file.delete.delay.ms", "0"));
    LogConfig config = new LogConfig(properties);
    KafkaScheduler scheduler = new KafkaScheduler(1);
    scheduler.startup();
    UnifiedLog log = UnifiedLog.create(dir, config, 0, 0, scheduler, new BrokerTopicStats(), Time.SYSTEM, 300000,
        new ProducerStateManagerConfig(Integer.MAX_VALUE, false), 600000, new LogDirFailureChannel(1), false, Optional.<Uuid>empty());
    log.updateHighWatermark(log.logEndOffset());
    Cleaner cleaner = new Cleaner(0, new SkimpyOffsetMap(mapBytes), 262144, 262144, 0.9,
        new Throttler(Double.MAX_VALUE, 300, "io", "bytes", Time.SYSTEM), Time.SYSTEM, partition -> {});
    long uncleanable = Math.min(log.lastStableOffset(), log.activeSegment().baseOffset());
    long start = System.nanoTime();
    Map.Entry<Long, CleanerStats> result = cleaner.doClean(new LogToClean(log, firstDirtyOffset, uncleanable, false), nowMs);
    System.out.println("cleaned " + result.getKey() + " in " + (System.nanoTime() - start) / 1000000);
    log.close();
    scheduler.shutdown();
  }

  static void print(File dir) throws Exception {
    File[] files = dir.listFiles((parent, name) -> name.endsWith(".log"));
    Arrays.sort(files);
    for (File file : files) {
      System.out.println("segment " + file.getName());
      try (FileRecords records = FileRecords.open(file, false)) {
        for (FileLogInputStream.FileChannelRecordBatch batch : records.batches()) {
          batch.ensureValid();
          System.out.println("batch " + batch.baseOffset() + " " + batch.lastOffset() + " " + batch.compressionType() + " " + batch.timestampType()
              + " " + batch.isTransactional() + " " + batch.isControlBatch() + " " + batch.deleteHorizonMs() + " " + batch.maxTimestamp()
              + " " + batch.producerId() + " " + batch.producerEpoch() + " " + batch.baseSequence() + " " + batch.partitionLeaderEpoch()
              + (batch.isCompressed() ? "" : " " + batch.checksum()));
          for (Record record : batch) {
            System.out.println("record " + record.offset() + " " + record.timestamp() + " " + (record.hasKey() ? Utils.utf8(record.key()) : null)
                + " " + (record.hasValue() ? Utils.utf8(record.value()) : null));
          }
        }
      }
    }
  }
}
