import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The agent of the Java client, one source for versions from 2.1 to 4.3: what was removed or added between them is reached by
 * reflection. commands.ts says what the commands mean.
 */
public final class Agent {
    private final String bootstrapServers;
    private final AdminClient admin;
    private final Map<String, KafkaConsumer<byte[], byte[]>> consumers = new HashMap<>();
    private final Map<String, KafkaProducer<byte[], byte[]>> transactional = new HashMap<>();
    private final Map<String, Worker> workers = new HashMap<>();
    private final Map<String, KafkaProducer<byte[], byte[]>> senders = new HashMap<>();
    private final ConcurrentLinkedQueue<Worker.Work> work = new ConcurrentLinkedQueue<>();

    private Agent(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
        this.admin = AdminClient.create(common());
    }

    public static void main(String[] args) throws Exception {
        Agent agent = new Agent(args[0]);
        Gson gson = new Gson().newBuilder().serializeNulls().create();
        PrintStream out = new PrintStream(System.out, true, "UTF-8");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            JsonObject command = new JsonParser().parse(line).getAsJsonObject();
            JsonObject answer = new JsonObject();
            answer.add("id", command.get("id"));
            try {
                Object result = agent.run(command.get("name").getAsString(), command.getAsJsonObject("args"));
                answer.add("result", gson.toJsonTree(result));
            } catch (Exception error) {
                answer.addProperty("error", String.valueOf(error));
            }
            out.println(gson.toJson(answer));
        }
        System.exit(0);
    }

    private Object run(String name, JsonObject args) throws Exception {
        String topic = text(args, "topic");
        String group = text(args, "group");
        int partition = args.has("partition") ? args.get("partition").getAsInt() : 0;
        long offset = args.has("offset") ? args.get("offset").getAsLong() : 0;
        TopicPartition place = new TopicPartition(topic == null ? "" : topic, partition);
        switch (name) {
            case "createTopic": {
                NewTopic made = new NewTopic(topic, args.get("partitions").getAsInt(), (short) 1);
                return admin.createTopics(Collections.singleton(made.configs(strings(args, "configs")))).all().get();
            }
            case "listTopics":
                return admin.listTopics().names().get();
            case "partitionCount": {
                Object described = admin.describeTopics(Collections.singleton(topic));
                KafkaFuture<?> all = (KafkaFuture<?>) callFirst(described, "allTopicNames", "all");
                Object description = ((Map<?, ?>) all.get()).get(topic);
                return ((List<?>) callFirst(description, "partitions")).size();
            }
            case "createPartitions": {
                NewPartitions total = NewPartitions.increaseTo(args.get("count").getAsInt());
                return admin.createPartitions(Collections.singletonMap(topic, total)).all().get();
            }
            case "deleteTopic":
                return admin.deleteTopics(Collections.singleton(topic)).all().get();
            case "describeCluster": {
                Map<String, Object> cluster = new HashMap<>();
                cluster.put("clusterId", admin.describeCluster().clusterId().get());
                cluster.put("brokers", admin.describeCluster().nodes().get().size());
                return cluster;
            }
            case "describeConfigs": {
                ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
                Map<String, String> values = new HashMap<>();
                Config config = admin.describeConfigs(Collections.singleton(resource)).all().get().get(resource);
                for (ConfigEntry entry : config.entries()) values.put(entry.name(), entry.value());
                return values;
            }
            case "alterConfigs":
                alterConfigs(new ConfigResource(ConfigResource.Type.TOPIC, topic), strings(args, "configs"));
                return null;
            case "deleteRecords":
                admin.deleteRecords(Collections.singletonMap(place, RecordsToDelete.beforeOffset(offset))).all().get();
                return null;
            case "listOffset":
                return listOffset(place, args.get("at").getAsString());
            case "listGroups": {
                List<String> groups = new ArrayList<>();
                for (Object listing : admin.listConsumerGroups().all().get()) groups.add((String) callFirst(listing, "groupId"));
                return groups;
            }
            case "describeGroup": {
                ConsumerGroupDescription described =
                        admin.describeConsumerGroups(Collections.singleton(group)).all().get().get(group);
                Map<String, Object> summary = new HashMap<>();
                summary.put("state", String.valueOf(callFirst(described, "groupState", "state")));
                summary.put("members", described.members().size());
                return summary;
            }
            case "committed": {
                Map<String, Long> offsets = new HashMap<>();
                admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().forEach((owned, committed) -> {
                    if (owned.topic().equals(topic)) offsets.put(String.valueOf(owned.partition()), committed.offset());
                });
                return offsets;
            }
            case "join":
                workers.put(text(args, "member"), new Worker(consumerOf(args), topic, work));
                return null;
            case "leave":
                workers.remove(text(args, "member")).leave();
                return null;
            case "work": {
                List<Worker.Work> done = new ArrayList<>();
                for (Worker.Work one = work.poll(); one != null; one = work.poll()) done.add(one);
                return done;
            }
            case "deleteGroup":
                return admin.deleteConsumerGroups(Collections.singleton(group)).all().get();
            case "produce":
                produce(args);
                return null;
            case "transact":
                transact(args);
                return null;
            case "endTransaction":
                end(transactional.get(text(args, "producer")), args.get("commit").getAsBoolean());
                return null;
            case "transactWithOffset":
                transactWithOffset(args);
                return null;
            case "open": {
                Properties properties = common();
                if (args.has("isolation")) properties.put("isolation.level", text(args, "isolation"));
                properties.put("group.id", group);
                properties.put("auto.offset.reset", "earliest");
                properties.put("enable.auto.commit", "false");
                properties.put("heartbeat.interval.ms", "200");
                properties.put("fetch.max.wait.ms", "200");
                properties.put("max.poll.records", "10000");
                KafkaConsumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                consumer.subscribe(Collections.singleton(topic));
                consumers.put(text(args, "consumer"), consumer);
                return null;
            }
            default:
                return runOfConsumer(name, args, consumers.get(text(args, "consumer")), place, offset);
        }
    }

    private void transact(JsonObject args) throws Exception {
        KafkaProducer<byte[], byte[]> producer = transactional.get(text(args, "producer"));
        if (producer == null) {
            Properties properties = common();
            properties.put("transactional.id", text(args, "transactionalId"));
            properties.put("transaction.timeout.ms", args.get("timeoutMs").getAsString());
            producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
            transactional.put(text(args, "producer"), producer);
            producer.initTransactions();
        }
        producer.beginTransaction();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (JsonElement value : args.getAsJsonArray("values")) {
            sent.add(producer.send(new ProducerRecord<>(text(args, "topic"), value.getAsString().getBytes("UTF-8"))));
        }
        for (Future<RecordMetadata> one : sent) one.get();
        String end = text(args, "end");
        if (!end.equals("none")) end(producer, end.equals("commit"));
    }

    private static void end(KafkaProducer<byte[], byte[]> producer, boolean commit) {
        if (commit) producer.commitTransaction();
        else producer.abortTransaction();
    }

    private KafkaConsumer<byte[], byte[]> consumerOf(JsonObject args) {
        Map<String, String> assignors = new HashMap<>();
        assignors.put("range", "org.apache.kafka.clients.consumer.RangeAssignor");
        assignors.put("cooperative-sticky", "org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
        Properties properties = common();
        properties.put("group.id", text(args, "group"));
        properties.put("auto.offset.reset", "earliest");
        properties.put("enable.auto.commit", "false");
        properties.put("fetch.max.wait.ms", "100");
        if (text(args, "protocol").equals("consumer")) {
            properties.put("group.protocol", "consumer");
            properties.put("group.remote.assignor", text(args, "assignor"));
        } else {
            properties.put("heartbeat.interval.ms", "100");
            properties.put("partition.assignment.strategy", assignors.get(text(args, "assignor")));
        }
        if (args.has("instanceId")) properties.put("group.instance.id", text(args, "instanceId"));
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private Object runOfConsumer(
            String name, JsonObject args, KafkaConsumer<byte[], byte[]> consumer, TopicPartition place, long offset) {
        switch (name) {
            case "poll": {
                JsonArray records = new JsonArray();
                consumer.poll(Duration.ofMillis(args.get("waitMs").getAsLong())).forEach(record -> records.add(json(record)));
                return records;
            }
            case "assignment": {
                List<Integer> partitions = new ArrayList<>();
                for (TopicPartition owned : consumer.assignment()) partitions.add(owned.partition());
                return partitions;
            }
            case "seek":
                consumer.seek(place, offset);
                return null;
            case "commit":
                consumer.commitSync(Collections.singletonMap(place, new OffsetAndMetadata(offset)));
                return null;
            case "close":
                consumers.remove(text(args, "consumer")).close();
                return null;
            default:
                throw new IllegalArgumentException("there is no " + name);
        }
    }

    private void transactWithOffset(JsonObject args) throws Exception {
        KafkaProducer<byte[], byte[]> producer = senders.get(text(args, "producer"));
        if (producer == null) {
            Properties properties = common();
            properties.put("transactional.id", text(args, "transactionalId"));
            producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
            producer.initTransactions();
            senders.put(text(args, "producer"), producer);
        }
        producer.beginTransaction();
        for (JsonElement element : args.getAsJsonArray("records")) {
            byte[] value = bytes(element.getAsJsonObject().get("value"));
            producer.send(new ProducerRecord<>(text(args, "topic"), 0, null, value));
        }
        // Aborting drops what was not sent yet.
        producer.flush();
        if (args.has("sentOffset")) {
            JsonObject offset = args.getAsJsonObject("sentOffset");
            Map<TopicPartition, OffsetAndMetadata> places = Collections.singletonMap(
                    new TopicPartition(text(args, "topic"), 0), new OffsetAndMetadata(offset.get("offset").getAsLong()));
            sendOffsets(producer, places, text(offset, "group"));
        }
        if (text(args, "outcome").equals("commit")) producer.commitTransaction();
        if (text(args, "outcome").equals("abort")) producer.abortTransaction();
    }

    /** The group's metadata came with 2.5, its mere name went with 4.0. */
    private static void sendOffsets(
            KafkaProducer<byte[], byte[]> producer, Map<TopicPartition, OffsetAndMetadata> places, String group) throws Exception {
        String method = "sendOffsetsToTransaction";
        try {
            try {
                Class<?> metadata = Class.forName("org.apache.kafka.clients.consumer.ConsumerGroupMetadata");
                Object named = metadata.getConstructor(String.class).newInstance(group);
                KafkaProducer.class.getMethod(method, Map.class, metadata).invoke(producer, places, named);
            } catch (ClassNotFoundException older) {
                KafkaProducer.class.getMethod(method, Map.class, String.class).invoke(producer, places, group);
            }
        } catch (InvocationTargetException failed) {
            throw (Exception) failed.getCause();
        }
    }

    private void produce(JsonObject args) throws Exception {
        Properties properties = common();
        properties.put("acks", args.get("acks").getAsString());
        properties.put("enable.idempotence", args.get("idempotent").getAsString());
        properties.put("compression.type", text(args, "compression"));
        // Without idempotence a retry may overtake what was sent after it; each client documents it so.
        if (!args.get("idempotent").getAsBoolean()) properties.put("max.in.flight.requests.per.connection", "1");
        properties.put("linger.ms", "20");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (JsonElement element : args.getAsJsonArray("records")) {
                JsonObject item = element.getAsJsonObject();
                Integer partition = item.has("partition") ? item.get("partition").getAsInt() : null;
                ProducerRecord<byte[], byte[]> record =
                        new ProducerRecord<>(text(args, "topic"), partition, bytes(item.get("key")), bytes(item.get("value")));
                for (JsonElement header : item.getAsJsonArray("headers")) {
                    JsonArray pair = header.getAsJsonArray();
                    record.headers().add(pair.get(0).getAsString(), bytes(pair.get(1)));
                }
                sent.add(producer.send(record));
            }
            for (Future<RecordMetadata> future : sent) future.get();
        }
    }

    /** The admin client lists offsets from 2.5 on; consumers always did. */
    private long listOffset(TopicPartition place, String at) {
        Collection<TopicPartition> places = Collections.singleton(place);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(common(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            if (at.equals("earliest")) return consumer.beginningOffsets(places).get(place);
            if (at.equals("latest")) return consumer.endOffsets(places).get(place);
            OffsetAndTimestamp found = consumer.offsetsForTimes(Collections.singletonMap(place, Long.valueOf(at))).get(place);
            return found == null ? -1 : found.offset();
        }
    }

    /** `incrementalAlterConfigs` came with 2.3, `alterConfigs` went with 4.0. */
    private void alterConfigs(ConfigResource resource, Map<String, String> configs) throws Exception {
        List<ConfigEntry> entries = new ArrayList<>();
        configs.forEach((key, value) -> entries.add(new ConfigEntry(key, value)));
        Object result;
        try {
            Class<?> operation = Class.forName("org.apache.kafka.clients.admin.AlterConfigOp");
            Class<?> type = Class.forName("org.apache.kafka.clients.admin.AlterConfigOp$OpType");
            List<Object> operations = new ArrayList<>();
            for (ConfigEntry entry : entries) {
                Object set = type.getField("SET").get(null);
                operations.add(operation.getConstructor(ConfigEntry.class, type).newInstance(entry, set));
            }
            result = AdminClient.class.getMethod("incrementalAlterConfigs", Map.class)
                    .invoke(admin, Collections.singletonMap(resource, operations));
        } catch (ClassNotFoundException older) {
            result = AdminClient.class.getMethod("alterConfigs", Map.class)
                    .invoke(admin, Collections.singletonMap(resource, new Config(entries)));
        }
        ((KafkaFuture<?>) callFirst(result, "all")).get();
    }

    private static JsonObject json(ConsumerRecord<byte[], byte[]> record) {
        JsonObject json = new JsonObject();
        json.addProperty("partition", record.partition());
        json.addProperty("offset", record.offset());
        json.add("key", base64(record.key()));
        json.add("value", base64(record.value()));
        JsonArray headers = new JsonArray();
        for (Header header : record.headers()) {
            JsonArray pair = new JsonArray();
            pair.add(header.key());
            pair.add(base64(header.value()));
            headers.add(pair);
        }
        json.add("headers", headers);
        return json;
    }

    private Properties common() {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", bootstrapServers);
        properties.put("metadata.max.age.ms", "1000");
        return properties;
    }

    /** Calls the first of these methods that this version of the client has. */
    private static Object callFirst(Object target, String... names) throws Exception {
        for (String name : names) {
            try {
                return target.getClass().getMethod(name).invoke(target);
            } catch (NoSuchMethodException other) {
                continue;
            } catch (InvocationTargetException failed) {
                throw (Exception) failed.getCause();
            }
        }
        throw new NoSuchMethodException(String.join(", ", names));
    }

    private static String text(JsonObject object, String name) {
        return object.has(name) && object.get(name).isJsonPrimitive() ? object.get(name).getAsString() : null;
    }

    private static Map<String, String> strings(JsonObject object, String name) {
        Map<String, String> strings = new HashMap<>();
        object.getAsJsonObject(name).entrySet().forEach(entry -> strings.put(entry.getKey(), entry.getValue().getAsString()));
        return strings;
    }

    private static byte[] bytes(JsonElement text) {
        return text.isJsonNull() ? null : Base64.getDecoder().decode(text.getAsString());
    }

    private static JsonElement base64(byte[] bytes) {
        return bytes == null ? JsonNull.INSTANCE : new Gson().toJsonTree(Base64.getEncoder().encodeToString(bytes));
    }
}
