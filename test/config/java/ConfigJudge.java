import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;

/** Answers an array of questions on standard input: what Java and Kafka make of a file, a value, a configuration. */
public class ConfigJudge {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    public static void main(String[] args) throws Exception {
        ArrayNode answers = MAPPER.createArrayNode();
        for (JsonNode question : MAPPER.readTree(System.in)) {
            ObjectNode answer = answers.addObject();
            try {
                switch (question.get("ask").asText()) {
                    case "properties" -> properties(question, answer);
                    case "value" -> value(question, answer);
                    case "resolve" -> resolve(question, answer);
                    default -> load(question);
                }
            } catch (Exception e) {
                answer.put("error", String.valueOf(e.getMessage()));
            }
        }
        System.out.println(MAPPER.writeValueAsString(answers));
    }

    private static void properties(JsonNode question, ObjectNode answer) throws Exception {
        Properties properties = new Properties();
        properties.load(new ByteArrayInputStream(Base64.getDecoder().decode(question.get("bytes").asText())));
        ObjectNode entries = answer.putObject("entries");
        properties.forEach((key, value) -> entries.put((String) key, (String) value));
    }

    private static void value(JsonNode question, ObjectNode answer) {
        ConfigDef.Type type = ConfigDef.Type.valueOf(question.get("type").asText());
        Object parsed = ConfigDef.parseType("key", question.get("text").asText(), type);
        answer.put("text", ConfigDef.convertToString(parsed, type));
    }

    private static void resolve(JsonNode question, ObjectNode answer) {
        Map<String, Object> properties = new HashMap<>();
        question.get("properties").fields().forEachRemaining(e -> properties.put(e.getKey(), e.getValue().asText()));
        ObjectNode entries = answer.putObject("entries");
        new AbstractConfig(new ConfigDef(), properties, properties, false).originals()
            .forEach((key, value) -> entries.put(key, (String) value));
    }

    private static void load(JsonNode question) {
        Properties properties = new Properties();
        question.get("properties").fields().forEachRemaining(e -> properties.put(e.getKey(), e.getValue().asText()));
        KafkaConfig.fromProps(properties, false);
    }
}
