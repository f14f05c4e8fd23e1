import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** What a service in Java sends, without keys and packed by Kafka's own client: each line of the input once for each codec, in as few batches as it makes. */
public class ForeignProducer {
  public static void main(String[] arguments) throws Exception {
    List<String> lines = new String(System.in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    for (String codec : arguments[2].split(",")) {
      Map<String, Object> settings = Map.of(
          ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0],
          ProducerConfig.COMPRESSION_TYPE_CONFIG, codec,
          ProducerConfig.LINGER_MS_CONFIG, 1_000,
          ProducerConfig.BATCH_SIZE_CONFIG, 1_000_000);
      try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
        for (String line : lines) producer.send(new ProducerRecord<>(arguments[1], line));
        producer.flush();
      }
    }
  }
}
