import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.coordinator.group.api.assignor.GroupAssignment;
import org.apache.kafka.coordinator.group.api.assignor.PartitionAssignor;
import org.apache.kafka.coordinator.group.api.assignor.PartitionAssignorException;
import org.apache.kafka.coordinator.group.api.assignor.SubscribedTopicDescriber;
import org.apache.kafka.coordinator.group.api.assignor.SubscriptionType;
import org.apache.kafka.coordinator.group.assignor.RangeAssignor;
import org.apache.kafka.coordinator.group.assignor.UniformAssignor;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupTargetAssignmentMemberValue;
import org.apache.kafka.coordinator.group.modern.Assignment;
import org.apache.kafka.coordinator.group.modern.GroupSpecImpl;
import org.apache.kafka.coordinator.group.modern.MemberSubscriptionAndAssignmentImpl;

/** Reads one group a line, as JSON, and answers what Kafka's own assignor gives its members. */
public class AssignorOracle {
    private static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(JSON.writeValueAsString(answer(JSON.readTree(line))));
        }
        out.flush();
    }

    private static JsonNode answer(JsonNode group) {
        PartitionAssignor assignor = group.get("assignor").asText().equals("range") ? new RangeAssignor() : new UniformAssignor();
        Map<String, MemberSubscriptionAndAssignmentImpl> members = new HashMap<>();
        Map<Uuid, Map<Integer, String>> inverted = new HashMap<>();
        for (JsonNode member : group.get("members")) {
            Set<Uuid> subscribed = new LinkedHashSet<>();
            for (JsonNode topic : member.get("subscribed")) subscribed.add(Uuid.fromString(topic.asText()));
            Assignment assignment = assignment(member.get("assignment"));
            String memberId = member.get("memberId").asText();
            members.put(memberId, new MemberSubscriptionAndAssignmentImpl(
                Optional.empty(), Optional.ofNullable(member.get("instanceId").asText(null)), subscribed, assignment));
            invert(inverted, memberId, assignment);
        }
        invert(inverted, "gone", assignment(group.get("gone")));
        SubscriptionType type = SubscriptionType.valueOf(group.get("subscriptionType").asText().toUpperCase());
        ObjectNode answer = JSON.createObjectNode();
        try {
            GroupAssignment assigned = assignor.assign(
                new GroupSpecImpl(Collections.unmodifiableMap(members), type, inverted), new Topics(group.get("topics")));
            assigned.members().forEach((memberId, assignment) -> {
                ArrayNode topics = answer.putArray(memberId);
                assignment.partitions().forEach((topicId, partitions) -> {
                    ArrayNode topic = topics.addArray().add(topicId.toString()).addArray();
                    partitions.forEach(topic::add);
                });
            });
            return answer;
        } catch (PartitionAssignorException error) {
            return answer.put("error", error.getMessage());
        }
    }

    /** As it is read from the log. */
    private static Assignment assignment(JsonNode topics) {
        List<ConsumerGroupTargetAssignmentMemberValue.TopicPartition> recorded = new ArrayList<>();
        for (JsonNode topic : topics) {
            List<Integer> partitions = new ArrayList<>();
            topic.get(1).forEach(partition -> partitions.add(partition.asInt()));
            recorded.add(new ConsumerGroupTargetAssignmentMemberValue.TopicPartition()
                .setTopicId(Uuid.fromString(topic.get(0).asText()))
                .setPartitions(partitions));
        }
        return Assignment.fromRecord(new ConsumerGroupTargetAssignmentMemberValue().setTopicPartitions(recorded));
    }

    private static void invert(Map<Uuid, Map<Integer, String>> inverted, String memberId, Assignment assignment) {
        assignment.partitions().forEach((topicId, partitions) -> {
            for (int partition : partitions) {
                inverted.computeIfAbsent(topicId, id -> new TreeMap<>()).put(partition, memberId);
            }
        });
    }

    private static final class Topics implements SubscribedTopicDescriber {
        private final Map<Uuid, Integer> partitionCounts = new HashMap<>();

        Topics(JsonNode topics) {
            for (JsonNode topic : topics) {
                partitionCounts.put(Uuid.fromString(topic.get(0).asText()), topic.get(1).asInt());
            }
        }

        @Override
        public int numPartitions(Uuid topicId) {
            return partitionCounts.getOrDefault(topicId, -1);
        }

        @Override
        public Set<String> racksForPartition(Uuid topicId, int partition) {
            return Set.of();
        }
    }
}
