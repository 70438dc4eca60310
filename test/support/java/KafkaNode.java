import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Formats the log directories of a properties file where they are empty, then runs the node until standard input ends. Whoever started
 * this JVM holds the other end of that pipe, so the JVM ends with them however they end.
 */
public final class KafkaNode {
    public static void main(String[] args) throws Exception {
        Path file = Path.of(args[0]);
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        Thread watch = new Thread(KafkaNode::exitAtEndOfInput, "end-of-input");
        watch.setDaemon(true);
        watch.start();
        if (!Files.exists(Path.of(properties.getProperty("log.dirs").split(",")[0], "meta.properties"))) {
            // One word, as an id may begin with a hyphen.
            String[] format = {"format", "--cluster-id=" + args[1], "-c", file.toString()};
            int status = kafka.tools.StorageTool.execute(format, new PrintStream(System.err, true));
            if (status != 0) System.exit(status);
        }
        kafka.Kafka.main(new String[] {file.toString()});
    }

    private static void exitAtEndOfInput() {
        try {
            while (System.in.read() >= 0) { }
        } catch (java.io.IOException e) {
            // A broken pipe means the same.
        }
        System.exit(0);
    }
}
