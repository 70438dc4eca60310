import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** Fills the topic `golden`, one partition of small segments: every compression, then transactions, one of them aborted. */
public class MakeTopic {
  public static void main(String[] args) throws Exception {
    Map<String, String> config = Map.of("internal.segment.bytes", "700", "index.interval.bytes", "100");
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", args[0]))) {
      admin.createTopics(List.of(new NewTopic("golden", 1, (short) 1).configs(config))).all().get();
    }
    for (String compression : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
      try (KafkaProducer<String, String> producer = producer(args[0], compression, null)) {
        for (int i = 0; i < 6; i++) {
          producer.send(new ProducerRecord<>("golden", 0, 1700000000000L + i, "k" + i, compression + " value " + i));
          if (i % 3 == 2) producer.flush();
        }
      }
    }
    try (KafkaProducer<String, String> producer = producer(args[0], "none", "golden-transactions")) {
      producer.initTransactions();
      for (boolean commits : List.of(false, true)) {
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("golden", 0, 1700000001000L, "t", commits ? "committed" : "aborted"));
        producer.flush();
        if (commits) producer.commitTransaction();
        else producer.abortTransaction();
      }
    }
  }

  static KafkaProducer<String, String> producer(String servers, String compression, String transactionalId) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", servers);
    properties.put("compression.type", compression);
    properties.put("linger.ms", "1000");
    if (transactionalId != null) properties.put("transactional.id", transactionalId);
    return new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
  }
}
