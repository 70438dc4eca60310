import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.DirectoryId;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.common.metadata.PartitionChangeRecordJsonConverter;
import org.apache.kafka.controller.PartitionChangeBuilder;
import org.apache.kafka.metadata.LeaderRecoveryState;
import org.apache.kafka.metadata.PartitionRegistration;
import org.apache.kafka.server.common.MetadataVersion;

/** Reads one question per line and answers each with the record that Kafka's own builder makes, or null. */
public class PartitionChangeOracle {
    public static void main(String[] args) throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in));
        StringBuilder answers = new StringBuilder();
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            JsonNode question = mapper.readTree(line);
            JsonNode given = question.get("partition");
            int[] replicas = ints(given.get("replicas"));
            Uuid[] directories = new Uuid[replicas.length];
            for (int i = 0; i < directories.length; i++) directories[i] = DirectoryId.UNASSIGNED;
            PartitionRegistration partition = new PartitionRegistration.Builder()
                .setReplicas(replicas)
                .setDirectories(directories)
                .setIsr(ints(given.get("isr")))
                .setElr(ints(given.get("eligibleLeaderReplicas")))
                .setLastKnownElr(ints(given.get("lastKnownEligibleLeaderReplicas")))
                .setLeader(given.get("leader").asInt())
                .setLeaderRecoveryState(LeaderRecoveryState.of((byte) given.get("leaderRecoveryState").asInt()))
                .setLeaderEpoch(given.get("leaderEpoch").asInt())
                .setPartitionEpoch(given.get("partitionEpoch").asInt())
                .build();
            Set<Integer> acceptable = new HashSet<>(list(question.get("acceptable")));
            short metadataVersion = (short) question.get("metadataVersion").asInt();
            PartitionChangeBuilder builder = new PartitionChangeBuilder(
                partition,
                Uuid.METADATA_TOPIC_ID,
                0,
                acceptable::contains,
                MetadataVersion.fromFeatureLevel(metadataVersion),
                question.get("minInsyncReplicas").asInt(),
                question.get("isElrEnabled").asBoolean());
            if (question.get("allowUncleanElection").asBoolean()) {
                builder.setElection(PartitionChangeBuilder.Election.UNCLEAN);
            }
            if (!question.get("uncleanShutdownReplica").isNull()) {
                builder.setUncleanShutdownReplicas(List.of(question.get("uncleanShutdownReplica").asInt()));
            }
            builder.setTargetIsr(list(question.get("targetIsr")));
            builder.setDefaultDirProvider(broker -> DirectoryId.UNASSIGNED);
            String answer = builder.build()
                .map(record -> PartitionChangeRecordJsonConverter
                    .write((PartitionChangeRecord) record.message(), record.version(), true).toString())
                .orElse("null");
            answers.append(answer).append('\n');
        }
        System.out.print(answers);
    }

    private static int[] ints(JsonNode array) {
        return list(array).stream().mapToInt(Integer::intValue).toArray();
    }

    private static List<Integer> list(JsonNode array) {
        List<Integer> items = new ArrayList<>();
        array.forEach(item -> items.add(item.asInt()));
        return items;
    }
}
