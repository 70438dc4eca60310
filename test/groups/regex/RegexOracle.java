import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Reads topic names, then one pattern a line, all as Base64; answers which names each matches, or what is wrong with it. */
public class RegexOracle {
    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        String[] names = decoded(in.readLine()).split("\t", -1);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(answer(decoded(line), names));
        }
        out.flush();
    }

    private static String answer(String regex, String[] names) {
        try {
            Pattern pattern = Pattern.compile(regex);
            StringBuilder matches = new StringBuilder("matches");
            for (String name : names) if (pattern.matcher(name).matches()) matches.append(' ').append(name);
            return matches.toString();
        } catch (PatternSyntaxException error) {
            return error.getDescription();
        }
    }

    private static String decoded(String line) {
        return new String(Base64.getDecoder().decode(line), StandardCharsets.UTF_8);
    }
}
