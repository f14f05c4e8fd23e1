// The CloudEvents SDK for Java: posts events in its modes, reads every record of ours with its deserializer, and writes records with its serializer.
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.message.Encoding;
import io.cloudevents.http.HttpMessageFactory;
import io.cloudevents.jackson.JsonFormat;
import io.cloudevents.kafka.CloudEventDeserializer;
import io.cloudevents.kafka.CloudEventSerializer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

public class CloudEventsClient {
  public static void main(final String[] options) throws Exception {
    switch (options[0]) {
      case "http" -> post(options[1], options[2], options[3]);
      case "read" -> read(options[1], options[2], Integer.parseInt(options[3]));
      case "write" -> write(options[1], options[2], options[3]);
      default -> throw new IllegalArgumentException(options[0]);
    }
    System.exit(0);
  }

  private static CloudEvent event(final String id, final String subject, final String data) {
    return CloudEventBuilder.v1().withId(id).withSource(URI.create("/interop/java")).withType("send.requested.v1").withSubject(subject)
        .withDataContentType("application/json").withData(data.getBytes(StandardCharsets.UTF_8)).withExtension("tenant", "t1").build();
  }

  private static void post(final String url, final String key, final String data) throws Exception {
    final var client = HttpClient.newHttpClient();
    for (final String mode : List.of("binary", "structured")) {
      final var request = HttpRequest.newBuilder(URI.create(url + "/v1/events")).header("Authorization", "Bearer " + key);
      final var writer = HttpMessageFactory.createWriter(
          (name, value) -> request.header(name, value),
          body -> request.POST(HttpRequest.BodyPublishers.ofByteArray(body)));
      // Its headers are not percent-encoded, as the HTTP binding wants: only plain ASCII comes through binary mode.
      final var event = event("java-" + mode, "order-17", data);
      if (mode.equals("binary")) writer.writeBinary(event);
      else writer.writeStructured(event, new JsonFormat().withForceJsonDataToBase64());
      System.out.println(client.send(request.build(), HttpResponse.BodyHandlers.ofString()).body());
    }
  }

  private static void read(final String brokers, final String topic, final int wanted) {
    final Map<String, Object> settings = Map.of("bootstrap.servers", brokers, "group.id", "interop-java-" + topic, "auto.offset.reset", "earliest");
    try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new CloudEventDeserializer())) {
      consumer.subscribe(List.of(topic));
      int seen = 0;
      while (seen < wanted) {
        for (final var record : consumer.poll(Duration.ofSeconds(1))) {
          System.out.println(record.value().getType());
          seen += 1;
        }
      }
    }
  }

  private static void write(final String brokers, final String topic, final String data) throws Exception {
    for (final Encoding encoding : List.of(Encoding.BINARY, Encoding.STRUCTURED)) {
      final var serializer = new CloudEventSerializer();
      serializer.configure(
          encoding == Encoding.BINARY
              ? Map.of(CloudEventSerializer.ENCODING_CONFIG, encoding)
              : Map.of(CloudEventSerializer.ENCODING_CONFIG, encoding, CloudEventSerializer.EVENT_FORMAT_CONFIG, new JsonFormat().withForceJsonDataToBase64()),
          false);
      try (var producer = new KafkaProducer<>(Map.<String, Object>of("bootstrap.servers", brokers), new StringSerializer(), serializer)) {
        producer.send(new ProducerRecord<>(topic, "interop", event("java-" + encoding.name().toLowerCase(), "Bücher für 100 %", data))).get();
      }
    }
  }
}
