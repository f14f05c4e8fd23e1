package carillon.android;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import android.app.Notification;
import android.content.Intent;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.json.JSONArray;
import org.json.JSONObject;
import org.json.JSONTokener;
import org.junit.Assume;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.Shadows;

/**
 * Against a platform that runs, where {@code carillon.platform} names one: a JSON object of {@code url}, {@code control} of its simulators, {@code app},
 * {@code sdkKey}, {@code serverKey}, and {@code jwts} of charlie and kim. It answers what Kim's phone got in {@code target/running-platform.json}.
 */
@RunWith(RobolectricTestRunner.class)
public final class RunningPlatformTest {
  private JSONObject given;

  @Test
  public void ringsForWhoLoggedInLastAndReportsWhatBecameOfIt() throws Exception {
    Assume.assumeTrue("carillon.platform names no platform", System.getProperty("carillon.platform") != null);
    given = new JSONObject(System.getProperty("carillon.platform"));
    JSONObject jwts = given.getJSONObject("jwts");
    TestDevice phone = new TestDevice();
    phone.ids.clear();
    phone.ids.add(java.util.UUID.randomUUID().toString());
    phone.now = System.currentTimeMillis();
    Settings settings = new Settings(given.getString("url"), given.getString("app"), given.getString("sdkKey")).userTokens(jwts::getString);

    phone.permission(Permission.NOT_ASKED);
    Carillon carillon = phone.start(settings);
    assertNull(carillon.register().settled(60_000).error());
    phone.permission(Permission.GRANTED);
    carillon.onNewToken(given.getString("token"));
    TestDevice.settle();
    assertNull(carillon.changeUser("charlie", jwts.getString("charlie")).settled(60_000).error());
    carillon = phone.start(settings); // the app starts again, and Kim has no token at hand
    assertNull(carillon.start().settled(60_000).error());
    assertNull(carillon.changeUser("kim").settled(60_000).error());

    JSONObject toCharlie = send("charlie");
    JSONObject toKim = send("kim");

    assertEquals(0, toCharlie.getJSONObject("counts").getInt("targeted"));
    assertEquals(1, toKim.getJSONObject("counts").getInt("accepted"));
    assertTrue(carillon.onMessageReceived(dataOf(toKim.getString("sendId"))));
    TestDevice.settle();
    Notification shown = Shadows.shadowOf(phone.notifications()).getAllNotifications().get(0);
    assertEquals("It rings", shown.extras.getString(Notification.EXTRA_TEXT));
    assertEquals("Later", shown.actions[0].title.toString());
    shown.contentIntent.send();
    Intent tap = Shadows.shadowOf(phone.application).getNextStartedActivity();
    Robolectric.buildActivity(OpenedActivity.class, tap).create();
    TestDevice.settle();

    assertEquals(Collections.emptyList(), phone.store.receipts());
    java.nio.file.Files.write(new java.io.File("target/running-platform.json").toPath(), toKim.toString().getBytes(StandardCharsets.UTF_8));
  }

  private JSONObject send(String user) throws Exception {
    JSONObject to = new JSONObject().put("users", new JSONArray(Collections.singletonList(user)));
    // As the README says: data alone, so that the message passes the library wherever the app is.
    String fcm = "{\"notification\":null,\"android\":{\"notification\":null},\"data\":{\"title\":\"Kim?\",\"body\":\"It rings\"}}";
    JSONObject message = new JSONObject("{\"title\":\"Kim?\",\"link\":\"shop://sale\",\"actions\":[{\"id\":\"later\",\"title\":\"Later\"}]}");
    message.put("overrides", new JSONObject().put("fcm", new JSONObject(fcm)));
    JSONObject body = new JSONObject().put("to", to).put("message", message);
    return (JSONObject) asked("POST", given.getString("url") + "/v1/apps/" + given.getString("app") + "/sends", body);
  }

  /** What FCM would have handed to the phone. */
  private Map<String, String> dataOf(String send) throws Exception {
    JSONArray records = (JSONArray) asked("GET", given.getString("control") + "/ledger?provider=fcm&send=" + send, null);
    JSONObject sent = records.getJSONObject(0).getJSONObject("body").getJSONObject("message");
    assertFalse(sent.has("notification") || sent.getJSONObject("android").has("notification"));
    JSONObject data = sent.getJSONObject("data");
    Map<String, String> texts = new HashMap<>();
    for (Iterator<String> names = data.keys(); names.hasNext(); ) {
      String name = names.next();
      texts.put(name, data.getString(name));
    }
    return texts;
  }

  private Object asked(String method, String url, JSONObject body) throws Exception {
    HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
    connection.setRequestMethod(method);
    connection.setReadTimeout(60_000);
    connection.setRequestProperty("authorization", "Bearer " + given.getString("serverKey"));
    connection.setRequestProperty("prefer", "wait=30");
    if (body != null) {
      connection.setDoOutput(true);
      connection.setRequestProperty("content-type", "application/json");
      try (OutputStream out = connection.getOutputStream()) {
        out.write(body.toString().getBytes(StandardCharsets.UTF_8));
      }
    }
    return new JSONTokener(new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).nextValue();
  }
}
