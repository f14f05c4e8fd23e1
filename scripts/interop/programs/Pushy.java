// pushy: pushes what INTEROP asks for and prints what the library makes of each answer.
import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.PushType;
import com.eatthepath.pushy.apns.DeliveryPriority;
import com.eatthepath.pushy.apns.PushNotificationResponse;
import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import com.eatthepath.pushy.apns.util.SimpleApnsPayloadBuilder;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

public class Pushy {
  record Case(String name, String token, String topic, String text, boolean isBadCredential, String certificate, String certificateKey) {}

  record Asked(String host, int port, String caFile, String key, String badKey, String keyId, String teamId, Case[] cases) {}

  public static void main(final String[] options) {
    try {
      pushAll();
      System.exit(0);
    } catch (final Exception exception) {
      exception.printStackTrace();
      System.exit(1); // the threads of a client that failed go on
    }
  }

  static void pushAll() throws Exception {
    final Asked asked = new Gson().fromJson(System.getenv("INTEROP"), Asked.class);
    for (final Case one : asked.cases()) {
      final ApnsClientBuilder builder = new ApnsClientBuilder()
        .setApnsServer(asked.host(), asked.port())
        .setTrustedServerCertificateChain(new File(asked.caFile()));
      if (one.certificate() == null) {
        final String pem = one.isBadCredential() ? asked.badKey() : asked.key();
        builder.setSigningKey(ApnsSigningKey.loadFromInputStream(new ByteArrayInputStream(pem.getBytes()), asked.teamId(), asked.keyId()));
      } else {
        builder.setClientCredentials(certificateOf(one.certificate()), keyOf(one.certificateKey()), null);
      }
      final ApnsClient client = builder.build();
      final String payload = new SimpleApnsPayloadBuilder().setAlertBody(one.text()).build();
      final UUID id = UUID.randomUUID();
      final var notification = new SimpleApnsPushNotification(
        one.token(), one.topic(), payload, Instant.now().plus(Duration.ofHours(1)), DeliveryPriority.IMMEDIATE, PushType.ALERT, null, id);
      final PushNotificationResponse<SimpleApnsPushNotification> answer = client.sendNotification(notification).get(30, TimeUnit.SECONDS);
      final JsonObject told = new JsonObject();
      told.addProperty("name", one.name());
      told.addProperty("status", answer.getStatusCode());
      told.addProperty("sentId", id.toString());
      told.addProperty("id", answer.getApnsId() == null ? null : answer.getApnsId().toString());
      answer.getRejectionReason().ifPresent((reason) -> told.addProperty("reason", reason));
      answer.getTokenInvalidationTimestamp().ifPresent((time) -> told.addProperty("timestamp", time.toEpochMilli()));
      System.out.println(told);
      client.close().get(30, TimeUnit.SECONDS);
    }
  }

  static X509Certificate certificateOf(final String pem) throws Exception {
    return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem.getBytes()));
  }

  static PrivateKey keyOf(final String pem) throws Exception {
    final byte[] key = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(key));
  }
}
