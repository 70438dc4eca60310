import java.io.File;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.storage.internals.log.ProducerStateEntry;
import org.apache.kafka.storage.internals.log.ProducerStateManager;

/** Apache's own record code: `write DIR` makes batches, `read FILE…` prints what files of batches hold. */
public class Batches {
  public static void main(String[] args) throws Exception {
    if (args[0].equals("write")) write(Path.of(args[1]));
    else for (int i = 1; i < args.length; i++) read(Path.of(args[i]));
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static void write(Path directory) throws Exception {
    for (CompressionType type : CompressionType.values()) {
      Compression compression = Compression.of(type.name).build();
      MemoryRecordsBuilder small = builder(compression, 1024, -1L, (short) -1, -1, false);
      small.append(1700000000000L, null, utf8("value without key"));
      small.append(1700000000005L, utf8("key"), null);
      small.append(1699999999990L, utf8("clé"), utf8("välue"), new Header[] {
        new RecordHeader("first", utf8("header")), new RecordHeader("none", (byte[]) null)});
      save(directory.resolve(type.name + "-small.bin"), small.build());

      MemoryRecordsBuilder large = builder(compression, 1024, 4711L, (short) 3, 42, false);
      for (int i = 0; i < 900; i++)
        large.append(1700000000000L + i, utf8("key " + i), utf8(("value " + i + " ").repeat(20)));
      if (type != CompressionType.NONE) save(directory.resolve(type.name + "-large.bin"), large.build());
    }
    MemoryRecordsBuilder transactional = builder(Compression.NONE, 1024, 4711L, (short) 3, 7, true);
    transactional.append(1700000000000L, utf8("k"), utf8("v"));
    save(directory.resolve("transactional.bin"), transactional.build());
    save(directory.resolve("abort-marker.bin"), MemoryRecords.withEndTransactionMarker(
      5L, 1700000000001L, 2, 4711L, (short) 3, new EndTransactionMarker(ControlRecordType.ABORT, 17)));

    Map<Long, ProducerStateEntry> producers = new LinkedHashMap<>();
    producers.put(4711L, entryWithBatch());
    producers.put(8L, new ProducerStateEntry(8L, (short) 1, 6, 1700000000002L, OptionalLong.of(12L)));
    File snapshot = directory.resolve("producers.snapshot").toFile();
    ProducerStateManager.writeSnapshot(snapshot, producers, false);
  }

  /** Its methods that add batches are not public; a snapshot of the same content is. */
  static ProducerStateEntry entryWithBatch() throws Exception {
    ProducerStateEntry entry = new ProducerStateEntry(4711L, (short) 3, -1, 1700000000899L, OptionalLong.empty());
    var add = ProducerStateEntry.class.getDeclaredMethod(
      "addBatch", short.class, int.class, long.class, int.class, long.class);
    add.setAccessible(true);
    add.invoke(entry, (short) 3, 941, 1899L, 899, 1700000000899L);
    return entry;
  }

  static MemoryRecordsBuilder builder(Compression compression, int size, long id, short epoch, int sequence, boolean transactional) {
    return MemoryRecords.builder(ByteBuffer.allocate(size), RecordBatch.CURRENT_MAGIC_VALUE, compression,
      TimestampType.CREATE_TIME, 0L, RecordBatch.NO_TIMESTAMP, id, epoch, sequence, transactional, RecordBatch.NO_PARTITION_LEADER_EPOCH);
  }

  static void save(Path file, MemoryRecords records) throws Exception {
    ByteBuffer buffer = records.buffer().duplicate();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    Files.write(file, bytes);
  }

  static void read(Path file) throws Exception {
    System.out.println("file " + file.getFileName());
    MemoryRecords records = MemoryRecords.readableRecords(ByteBuffer.wrap(Files.readAllBytes(file)));
    for (MutableRecordBatch batch : records.batches()) {
      batch.ensureValid();
      System.out.println("batch " + batch.baseOffset() + " " + batch.lastOffset() + " " + batch.partitionLeaderEpoch()
        + " " + batch.compressionType().name + " " + batch.timestampType().name + " " + batch.maxTimestamp()
        + " " + batch.producerId() + " " + batch.producerEpoch() + " " + batch.baseSequence()
        + " " + batch.isTransactional() + " " + batch.isControlBatch() + " " + batch.countOrNull());
      for (Record record : batch) {
        record.ensureValid();
        StringBuilder headers = new StringBuilder();
        for (Header header : record.headers())
          headers.append(' ').append(header.key()).append('=').append(header.value() == null ? "null" : new String(header.value(), StandardCharsets.UTF_8));
        System.out.println("record " + record.offset() + " " + record.timestamp() + " " + base64(record.key()) + " " + base64(record.value()) + headers);
      }
    }
  }

  static String base64(ByteBuffer bytes) {
    if (bytes == null) return "null";
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return "'" + Base64.getEncoder().encodeToString(copy) + "'";
  }
}
