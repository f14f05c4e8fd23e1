package carillon.android;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import android.content.Intent;
import java.io.File;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;

/** Whatever the app, the platform and the device come up with: an answer, and never an exception. */
@RunWith(RobolectricTestRunner.class)
public final class NothingBreaksTheAppTest {
  private TestDevice phone;
  private ScriptedPlatform platform;

  @Before
  public void setUp() throws Exception {
    phone = new TestDevice();
    platform = new ScriptedPlatform();
  }

  @After
  public void tearDown() {
    platform.close();
  }

  @Test
  public void callsWithNothing() throws Exception {
    Carillon carillon = phone.start(platform.settings());

    carillon.onNewToken(null);
    carillon.requestPermission(null);
    assertNull(carillon.onIntent(null));
    carillon.register(null).whenDone(null);
    for (Pending<?> pending :
        Arrays.asList(
            carillon.register(new Registration().tags(null).attributes(null).appVersion(null)),
            carillon.changeUser(null),
            carillon.setSubscription(null),
            carillon.changeTags(null, null),
            carillon.setAttributes(null))) assertNull(pending.settled(60_000).error());
    TestDevice.settle();
  }

  @Test
  public void anAppThatIsNotSetUp() {
    for (Settings settings : Arrays.asList(null, new Settings(null, null, null), new Settings("", "shop", "key").channel(null, null))) {
      Carillon carillon = Carillon.init(phone.context, settings);
      assertEquals("not_configured", carillon.register().settled(60_000).error().code());
      assertEquals("not_configured", carillon.start().settled(60_000).error().code());
    }
    assertEquals("unexpected", Carillon.init(null, new Settings("https://push.example.com", "shop", "key")).register().settled(60_000).error().code());
  }

  @Test
  public void addressesThatNobodyCanAsk() {
    for (String url : new String[] {"push.example.com", "ftp://127.0.0.1", "http://127.0.0.1:99999", "http://[", "http:// ", "file:///etc/passwd"}) {
      Answer<?> answer = phone.start(new Settings(url, "shop", "key")).register().settled(60_000);
      assertTrue(url + " " + answer.error(), Arrays.asList("network", "unexpected").contains(answer.error().code()));
      phone.ids.addAll(Arrays.asList("phone-3", "phone-4"));
    }
  }

  @Test
  public void valuesThatJsonCannotSay() {
    Carillon carillon = phone.start(platform.settings());
    carillon.register().settled(60_000);

    for (Object value : new Object[] {Double.NaN, Collections.singletonList(Double.POSITIVE_INFINITY), Collections.singletonMap("deep", Float.NaN)})
      assertEquals("bad_value", carillon.setAttributes(Collections.singletonMap("height", value)).settled(60_000).error().code());
    assertEquals(1, platform.asked().size());
  }

  @Test
  public void headersThatHttpCannotSay() {
    Carillon carillon = phone.start(platform.settings());
    carillon.register().settled(60_000);

    assertEquals("network", carillon.changeUser("kim", "line\r\nbreak").settled(60_000).error().code());
  }

  @Test
  public void callsBeforeARegistration() {
    Carillon carillon = phone.start(platform.settings());

    for (Pending<?> pending : Arrays.asList(carillon.detach(), carillon.setSubscription(Subscription.OPTED_IN)))
      assertEquals("not_registered", pending.settled(60_000).error().code());
    assertEquals(Collections.emptyList(), platform.asked());
  }

  @Test
  public void answersThatAreNoneOfThePlatforms() throws Exception {
    Carillon carillon = phone.start(platform.settings());
    for (String body : new String[] {"", "<html>", "[]", "null", "{\"installationSecret\":7,\"externalId\":{}}"}) {
      platform.reply(200, body).reply(502, body);
      assertNull(carillon.register().settled(60_000).error());
      assertEquals("unknown 502", codeOf(carillon.start()));
    }
    platform.reply(302, "", "Location", platform.url() + "/elsewhere");
    assertEquals("unknown 302", codeOf(carillon.start()));
    assertEquals("unknown 401", codeOf(platform.reply(401, "{}", "WWW-Authenticate", "Basic realm=\"proxy\"") == null ? null : carillon.start()));
    assertEquals(12, platform.asked().size());
  }

  @Test
  public void aServerThatSpeaksNoHttpOrTooMuch() throws Exception {
    for (String said : new String[] {"", "SSH-2.0-OpenSSH\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{}"}) {
      try (ServerSocket server = new ServerSocket(0, 0, InetAddress.getByName("127.0.0.1"))) {
        Thread speaker = new Thread(() -> speakTo(server, said));
        speaker.setDaemon(true);
        speaker.start();
        phone.ids.add("phone-3");
        Answer<?> answer = phone.start(new Settings("http://127.0.0.1:" + server.getLocalPort(), "shop", "key")).register().settled(60_000);
        assertNotNull(answer);
        if (!said.startsWith("HTTP")) assertEquals("network", answer.error().code());
      }
    }
    StringBuilder much = new StringBuilder("{\"code\":\"");
    for (int at = 0; at < 1 << 16; at += 1) much.append("0123456789abcdef0123456789abcdef");
    platform.reply(400, much + "\"}");
    assertEquals("unknown 400", codeOf(phone.start(platform.settings()).register()));
  }

  @Test
  public void filesThatHoldSomethingElseThanWhatWasWritten() throws Exception {
    File folder = new File(phone.context.getNoBackupFilesDir(), "carillon");
    assertTrue(folder.mkdirs());
    for (String content : new String[] {"", "{", "[]", "{\"receipts\":3,\"token\":{},\"url\":7}", "\u0000\uffff"}) {
      for (String name : new String[] {"state", "device", "receipts"})
        Files.write(new File(folder, name + ".json").toPath(), content.getBytes(StandardCharsets.UTF_8));
      phone.ids.add("phone-3");
      Carillon carillon = phone.start(platform.settings());

      assertNull(carillon.register().settled(60_000).error());
      assertTrue(carillon.reportWaiting().settled(60_000).value());
    }
  }

  @Test
  public void aDeviceThatKeepsNothing() throws Exception {
    Files.write(new File(phone.context.getNoBackupFilesDir(), "carillon").toPath(), new byte[0]); // a file where the folder should be
    Carillon carillon = phone.start(platform.settings());

    assertEquals("unexpected", carillon.register().settled(60_000).error().code());
    carillon.onNewToken("token-1");
    assertTrue(carillon.onMessageReceived(Collections.singletonMap("carillon", "{\"send\":\"1\",\"receipt\":\"2\"}"), new Notice("Bells", null, null)));
    TestDevice.settle();
  }

  @Test
  public void anAppThatCallsWithoutEnd() {
    phone.connector.isOffline = true;
    Carillon carillon = phone.start(platform.settings());
    java.util.concurrent.CountDownLatch held = new java.util.concurrent.CountDownLatch(1);
    Calls.next(() -> held.await(60, java.util.concurrent.TimeUnit.SECONDS));
    Answer<?> last = null;
    for (int at = 0; at < 1_100; at += 1) last = carillon.reportWaiting().settled(0);

    assertEquals("too_many_calls", last.error().code());
    held.countDown();
    TestDevice.settle();
  }

  @Test
  public void intentsOfSomebodyElse() {
    for (Intent intent : Arrays.asList(new Intent(), new Intent().putExtra("carillon", "{"), new Intent().putExtra("carillon", 7))) {
      assertTrue(Robolectric.buildActivity(OpenedActivity.class, intent).create().get().isFinishing());
      new DismissedReceiver().onReceive(phone.context, intent);
      assertNull(phone.start(platform.settings()).onIntent(intent));
    }
    TestDevice.settle();
    assertEquals(Collections.emptyList(), phone.store.receipts());
  }

  @Test
  public void dataThatHoldsNulls() throws Exception {
    phone.permission(Permission.GRANTED);
    Map<String, String> data = new java.util.HashMap<>();
    data.put("carillon", "{\"send\":\"1\",\"actions\":{}}");
    data.put("title", "Bells");
    data.put("body", null);
    data.put(null, null);

    assertTrue(phone.start(platform.settings()).onMessageReceived(data));
    TestDevice.settle();
    assertEquals(1, org.robolectric.Shadows.shadowOf(phone.notifications()).size());
  }

  private static String codeOf(Pending<?> pending) {
    CarillonError error = pending.settled(60_000).error();
    return error.code() + " " + error.status();
  }

  private static void speakTo(ServerSocket server, String said) {
    List<Socket> open = new java.util.ArrayList<>();
    try {
      for (; ; ) {
        Socket socket = server.accept();
        open.add(socket);
        OutputStream out = socket.getOutputStream();
        out.write(said.getBytes(StandardCharsets.UTF_8));
        out.flush();
        socket.shutdownOutput();
      }
    } catch (java.io.IOException closed) {
      for (Socket socket : open) {
        try {
          socket.close();
        } catch (java.io.IOException gone) {
          continue;
        }
      }
    }
  }
}
