import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.kafka.ConfluentKafkaContainer;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Starts images through both modules of Testcontainers for Java, as applications do, one with another listener for the
 * containers of a network. Prints a line for each: its name and what was consumed. Usage: StartKafka APACHE CONFLUENT
 */
public class StartKafka {
    private static final int RECORDS = 10;

    public static void main(String[] args) throws Exception {
        DockerImageName apache = DockerImageName.parse(args[0]).asCompatibleSubstituteFor("apache/kafka");
        DockerImageName confluent = DockerImageName.parse(args[1]).asCompatibleSubstituteFor("confluentinc/cp-kafka");
        try (Network network = Network.newNetwork();
                KafkaContainer kafka =
                        new KafkaContainer(apache).withNetwork(network).withListener("kafka:19092")) {
            kafka.start();
            report("KafkaContainer", roundTrip(kafka.getBootstrapServers()));
            report("network", List.of(topicsSeenFrom(apache, network, "kafka:19092")));
        }
        try (ConfluentKafkaContainer kafka = new ConfluentKafkaContainer(confluent)) {
            kafka.start();
            report("ConfluentKafkaContainer", roundTrip(kafka.getBootstrapServers()));
        }
    }

    /** Within a transaction, so that the internal topics of one node are asked for too. */
    private static List<String> roundTrip(String bootstrapServers) throws Exception {
        String topic = "orders";
        Map<String, Object> common = Map.of("bootstrap.servers", bootstrapServers);
        try (Admin admin = Admin.create(common)) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
        Map<String, Object> producing = Map.of("bootstrap.servers", bootstrapServers, "transactional.id", "writer");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(producing, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            for (int i = 0; i < RECORDS; i++) producer.send(new ProducerRecord<>(topic, "key-" + i, "value-" + i));
            producer.commitTransaction();
        }
        Map<String, Object> consuming = Map.of(
                "bootstrap.servers", bootstrapServers,
                "group.id", "readers",
                "auto.offset.reset", "earliest",
                "isolation.level", "read_committed");
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(consuming, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (values.size() < RECORDS && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
            }
            consumer.commitSync();
        }
        return values;
    }

    /** By a command that runs in a container of its own. */
    private static String topicsSeenFrom(DockerImageName image, Network network, String bootstrapServers) {
        try (GenericContainer<?> tool = new GenericContainer<>(image)
                .withNetwork(network)
                .withCommand("kafka-topics", "--bootstrap-server", bootstrapServers, "--list")
                .withStartupCheckStrategy(new OneShotStartupCheckStrategy().withTimeout(Duration.ofSeconds(30)))) {
            tool.start();
            return tool.getLogs().lines().filter(line -> !line.startsWith("__")).toList().toString();
        }
    }

    private static void report(String name, List<String> found) {
        System.out.println(name + " " + String.join(",", found));
    }
}
