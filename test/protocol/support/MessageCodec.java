import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.ObjectSerializationCache;

/**
 * Apache's own codec, asked line by line: class, version, bytes in base64, and the value as JSON or nothing.
 *
 * Three things are checked: the JSON turned into bytes gives those bytes; the bytes can be read and written again unchanged; and the
 * answer carries the JSON of what was read, for the other side to compare with what it read itself.
 */
public final class MessageCodec {
    private record Codec(Constructor<?> constructor, Method fromJson, Method toJson) { }

    private static final Map<String, Codec> CODECS = new HashMap<>();
    private static final ObjectMapper MAPPER = new ObjectMapper();

    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8), 1 << 16);
        BufferedWriter out = new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), 1 << 16);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String answer;
            try {
                answer = answer(line.split("\t", -1));
            } catch (InvocationTargetException e) {
                answer = "threw " + e.getCause();
            } catch (Exception e) {
                answer = "threw " + e;
            }
            out.write(answer.replace('\n', ' '));
            out.newLine();
        }
        out.flush();
    }

    private static String answer(String[] columns) throws Exception {
        Codec codec = codec(columns[0]);
        short version = Short.parseShort(columns[1]);
        byte[] bytes = Base64.getDecoder().decode(columns[2]);
        if (!columns[3].isEmpty()) {
            Message fromJson = (Message) codec.fromJson.invoke(null, MAPPER.readTree(columns[3]), version);
            byte[] encoded = encode(fromJson, version);
            if (!Arrays.equals(encoded, bytes)) return "encodes " + Base64.getEncoder().encodeToString(encoded);
        }
        Message fromBytes = (Message) codec.constructor.newInstance();
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        fromBytes.read(new ByteBufferAccessor(buffer), version);
        if (buffer.hasRemaining()) return "leaves " + buffer.remaining() + " bytes";
        byte[] again = encode(fromBytes, version);
        if (!Arrays.equals(again, bytes)) return "encodes again " + Base64.getEncoder().encodeToString(again);
        JsonNode json = (JsonNode) codec.toJson.invoke(null, fromBytes, version, true);
        return "ok\t" + MAPPER.writeValueAsString(json);
    }

    private static byte[] encode(Message message, short version) {
        ObjectSerializationCache cache = new ObjectSerializationCache();
        ByteBuffer buffer = ByteBuffer.allocate(message.size(cache, version));
        message.write(new ByteBufferAccessor(buffer), cache, version);
        if (buffer.hasRemaining()) throw new IllegalStateException("size() and write() disagree");
        return buffer.array();
    }

    private static Codec codec(String name) throws Exception {
        Codec known = CODECS.get(name);
        if (known != null) return known;
        Class<?> type = Class.forName(name);
        Class<?> converter = Class.forName(name + "JsonConverter");
        Codec codec = new Codec(
            type.getConstructor(),
            converter.getMethod("read", JsonNode.class, short.class),
            converter.getMethod("write", type, short.class, boolean.class));
        CODECS.put(name, codec);
        return codec;
    }
}
