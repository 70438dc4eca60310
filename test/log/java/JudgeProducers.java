import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DescribeProducersResponseData.ProducerState;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.server.common.RequestLocal;
import org.apache.kafka.server.util.KafkaScheduler;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogAppendInfo;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.LogDirFailureChannel;
import org.apache.kafka.storage.internals.log.ProducerStateManagerConfig;
import org.apache.kafka.storage.internals.log.UnifiedLog;
import org.apache.kafka.storage.internals.log.VerificationGuard;
import org.apache.kafka.storage.log.metrics.BrokerTopicStats;

/** Kafka's own log, told line by line what producers and coordinators do; one line of answer for each. */
public class JudgeProducers {
  static final long TIMESTAMP = System.currentTimeMillis();
  static final KafkaScheduler SCHEDULER = new KafkaScheduler(1);
  static File root;
  static int logs = 0;
  static File dir;
  static UnifiedLog log;
  static List<VerificationGuard> guards = new ArrayList<>();

  public static void main(String[] args) throws Exception {
    SCHEDULER.startup();
    root = new File(args[0]);
    StringBuilder out = new StringBuilder();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ");
      String answer;
      try {
        answer = run(words);
      } catch (Exception error) {
        answer = Errors.forException(error).name();
      }
      out.append(answer).append('\n');
    }
    log.close();
    System.out.print(out);
    System.exit(0);
  }

  static String run(String[] words) throws Exception {
    switch (words[0]) {
      case "new":
        if (log != null) log.close();
        dir = new File(root, "t-" + logs++);
        Files.createDirectories(dir.toPath());
        return open(Boolean.parseBoolean(words[1]));
      case "restart":
        log.close();
        return open(Boolean.parseBoolean(words[1]));
      case "verify": {
        VerificationGuard guard = log.maybeStartTransactionVerification(
            Long.parseLong(words[1]), Integer.parseInt(words[3]), Short.parseShort(words[2]), Boolean.parseBoolean(words[4]));
        guards.add(guard);
        return guard == VerificationGuard.SENTINEL ? "ongoing" : "guard";
      }
      case "produce": {
        int guard = Integer.parseInt(words[6]);
        return append(
            batch(Long.parseLong(words[1]), Short.parseShort(words[2]), Integer.parseInt(words[3]), Integer.parseInt(words[4]),
                Boolean.parseBoolean(words[5])),
            AppendOrigin.CLIENT, guard(guard), (short) -1);
      }
      case "commit": {
        int guard = Integer.parseInt(words[3]);
        return append(batch(Long.parseLong(words[1]), Short.parseShort(words[2]), 0, 1, true),
            AppendOrigin.COORDINATOR, guard(guard), (short) -1);
      }
      case "marker": {
        MemoryRecords marker = MemoryRecords.withEndTransactionMarker(
            TIMESTAMP, Long.parseLong(words[1]), Short.parseShort(words[2]),
            new EndTransactionMarker(ControlRecordType.valueOf(words[3]), Integer.parseInt(words[4])));
        return append(marker, AppendOrigin.COORDINATOR, VerificationGuard.SENTINEL, Short.parseShort(words[5]));
      }
      case "replicated":
        log.updateHighWatermark(log.logEndOffset());
        return "ok";
      case "state": {
        StringBuilder state = new StringBuilder("lso " + log.lastStableOffset());
        log.activeProducers().stream().sorted(Comparator.comparingLong(ProducerState::producerId)).forEach(producer ->
            state.append(" | ").append(producer.producerId()).append(' ').append(producer.producerEpoch()).append(' ')
                .append(producer.lastSequence()).append(' ').append(producer.coordinatorEpoch()).append(' ')
                .append(producer.currentTxnStartOffset()));
        return state.toString();
      }
      default:
        throw new IllegalArgumentException(words[0]);
    }
  }

  static String open(boolean isVerificationRequired) throws Exception {
    guards.clear();
    Properties properties = new Properties();
    properties.putAll(Map.of("file.delete.delay.ms", "0"));
    log = UnifiedLog.create(dir, new LogConfig(properties), 0, 0, SCHEDULER, new BrokerTopicStats(), Time.SYSTEM, 300000,
        new ProducerStateManagerConfig(Integer.MAX_VALUE, isVerificationRequired), 600000, new LogDirFailureChannel(1), true, Optional.<Uuid>empty());
    return "ok";
  }

  static MemoryRecords batch(long producerId, short epoch, int sequence, int count, boolean isTransactional) {
    MemoryRecordsBuilder builder = MemoryRecords.builder(ByteBuffer.allocate(1024), RecordBatch.CURRENT_MAGIC_VALUE, Compression.NONE,
        TimestampType.CREATE_TIME, 0L, TIMESTAMP, producerId, epoch, sequence, isTransactional, 0);
    for (int index = 0; index < count; index++) builder.append(TIMESTAMP, Utils.utf8("k"), Utils.utf8("v"));
    return builder.build();
  }

  static VerificationGuard guard(int index) {
    return index >= 0 && index < guards.size() ? guards.get(index) : VerificationGuard.SENTINEL;
  }

  static String append(MemoryRecords records, AppendOrigin origin, VerificationGuard guard, short transactionVersion) throws Exception {
    LogAppendInfo info = log.appendAsLeader(records, 0, origin, RequestLocal.noCaching(), guard, transactionVersion);
    return "at " + info.firstOffset() + " " + info.lastOffset();
  }
}
