import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.common.utils.Exit;

/**
 * Runs command-line tools one after the other in this JVM, so that each costs no JVM start. A line of standard input is a tool's main
 * class, its standard input and its arguments, each in base64, with spaces between; the answer is a line of exit code, standard output
 * and standard error. Ends with its own standard input.
 */
public final class ToolRunner {
    /** Unwinds a tool that exits. */
    private static final class Exited extends RuntimeException {
        Exited() {
            super(null, null, false, false);
        }
    }

    private static final List<Runnable> HOOKS = Collections.synchronizedList(new ArrayList<>());
    private static Integer exitStatus;

    public static void main(String[] args) throws Exception {
        PrintStream answers = System.out;
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in));
        Exit.setExitProcedure((status, message) -> exit(status));
        Exit.setHaltProcedure((status, message) -> exit(status));
        Exit.setShutdownHookAdder((name, hook) -> HOOKS.add(hook));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            answers.println(run(line.split(" ")));
            answers.flush();
        }
        Runtime.getRuntime().halt(0);
    }

    private static String run(String[] words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream ownErr = System.err;
        System.setOut(new PrintStream(out, true));
        System.setErr(new PrintStream(err, true));
        System.setIn(new ByteArrayInputStream(decode(words[1])));
        exitStatus = null;
        try {
            runMain(words);
        } finally {
            System.setErr(ownErr);
        }
        return exitStatus + " " + encode(out.toByteArray()) + " " + encode(err.toByteArray());
    }

    private static void runMain(String[] words) {
        String[] args = new String[words.length - 2];
        for (int i = 0; i < args.length; i++) args[i] = new String(decode(words[i + 2]));
        int status = 0;
        try {
            Class.forName(new String(decode(words[0]))).getMethod("main", String[].class).invoke(null, (Object) args);
        } catch (InvocationTargetException e) {
            if (!(e.getCause() instanceof Exited)) e.getCause().printStackTrace();
            status = 1;
        } catch (ReflectiveOperationException e) {
            e.printStackTrace();
            status = 1;
        }
        end(status);
    }

    private static void exit(int status) {
        end(status);
        throw new Exited();
    }

    /**
     * What the JVM's end would be: the first status counts, shutdown hooks close things and have the last words. Tools that catch
     * everything go on from here, and are not heard any more.
     */
    private static void end(int status) {
        if (exitStatus != null) return;
        exitStatus = status;
        for (Runnable hook : List.copyOf(HOOKS)) hook.run();
        HOOKS.clear();
        System.setOut(new PrintStream(OutputStream.nullOutputStream()));
        System.setErr(new PrintStream(OutputStream.nullOutputStream()));
    }

    private static byte[] decode(String word) {
        return word.equals("-") ? new byte[0] : Base64.getDecoder().decode(word);
    }

    private static String encode(byte[] bytes) {
        return bytes.length == 0 ? "-" : Base64.getEncoder().encodeToString(bytes);
    }
}
