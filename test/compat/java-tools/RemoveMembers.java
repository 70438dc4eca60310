import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;

/** Removes members of a group through Admin, which no tool does by itself: those with the given instance ids, or all. */
public class RemoveMembers {
    public static void main(String[] args) throws Exception {
        Properties properties = new Properties();
        properties.putAll(Map.of("bootstrap.servers", args[1]));
        List<MemberToRemove> members = List.of(args).subList(3, args.length).stream().map(MemberToRemove::new).collect(Collectors.toList());
        RemoveMembersFromConsumerGroupOptions options =
            members.isEmpty() ? new RemoveMembersFromConsumerGroupOptions() : new RemoveMembersFromConsumerGroupOptions(members);
        try (Admin admin = Admin.create(properties)) {
            admin.removeMembersFromConsumerGroup(args[2], options).all().get();
            System.out.println("removed");
        } catch (ExecutionException error) {
            System.out.println(error.getCause());
        }
    }
}
