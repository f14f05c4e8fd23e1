package carillon.android;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.json.JSONArray;
import org.json.JSONObject;
import org.junit.Before;
import org.junit.Test;

public final class ReceiptsTest extends DeviceTest {
  private static final long DAY = 86_400_000;

  private Carillon carillon;

  @Before
  public void setUp() throws Exception {
    phone.store.keepState(State.of(platform.settings()));
    carillon = phone.start(platform.settings());
  }

  @Test
  public void waitWithoutANetworkAndGoOutWithTheNextStartOfTheApp() throws Exception {
    phone.connector.isOffline = true;
    receive("first");
    receive("second");
    assertEquals(Collections.emptyList(), platform.calls());

    phone.connector.isOffline = false;
    carillon = phone.start(platform.settings());
    assertTrue(carillon.reportWaiting().settled(60_000).value());

    assertEquals(Collections.singletonList("POST /receipts"), platform.calls());
    assertEquals(Arrays.asList("first", "second"), said(0));
    assertTrue(platform.asked().get(0).getBoolean("public"));
    assertEquals(Collections.emptyList(), phone.store.receipts());
  }

  @Test
  public void waitWhereThePlatformCannotTakeThemAndGoWithTheNext() throws Exception {
    for (int status : new int[] {408, 429, 500, 503}) {
      platform.reply(status, "{}");
      receive("first");
      assertFalse(phone.store.receipts().isEmpty());
      receive("second");

      assertEquals(Arrays.asList("first", "second"), said(platform.asked().size() - 1));
      assertEquals(Collections.emptyList(), phone.store.receipts());
    }
  }

  @Test
  public void areOverWhereThePlatformRefusesThem() throws Exception {
    for (int status : new int[] {202, 302, 400, 403, 404, 413}) {
      platform.reply(status, "{\"code\":\"any\"}", "Location", platform.url() + "/elsewhere");
      receive("one");

      assertEquals(Collections.emptyList(), phone.store.receipts());
    }
    assertEquals(6, platform.asked().size());
  }

  @Test
  public void waitAsLongAsThePlatformSays() throws Exception {
    platform.reply(429, "{}", "Retry-After", "120");
    receive("first");
    phone.now += 119_000;
    receive("second");
    assertEquals(1, platform.asked().size());

    phone.now += 1_000;
    receive("third");
    assertEquals(Arrays.asList("first", "second", "third"), said(1));
  }

  @Test
  public void goOutAHundredAtATime() throws Exception {
    keep(250, 0);

    assertTrue(carillon.reportWaiting().settled(60_000).value());

    assertEquals(Arrays.asList(100, 100, 50), Arrays.asList(said(0).size(), said(1).size(), said(2).size()));
    assertEquals("number 249", said(2).get(49));
  }

  @Test
  public void neverGrowBeyondAThousandNorOlderThanThePlatformTakesThem() throws Exception {
    phone.connector.isOffline = true;
    keep(3, 31 * DAY);
    keep(1_050, 0);
    receive("newest");

    List<JSONObject> kept = phone.store.receipts();
    assertEquals(1_000, kept.size());
    assertEquals("newest", kept.get(999).getString("receipt"));

    phone.now += 31 * DAY;
    assertTrue(carillon.reportWaiting().settled(60_000).value());
    assertEquals(Collections.emptyList(), phone.store.receipts());
  }

  @Test
  public void areNobodysWhereTheAppHasNeverRegistered() throws Exception {
    phone.store.keepState(new State(new JSONObject()));
    new android.util.AtomicFile(new java.io.File(phone.context.getNoBackupFilesDir(), "carillon/state.json")).delete();
    receive("one");

    assertEquals(Collections.emptyList(), platform.calls());
    assertEquals(1, phone.store.receipts().size());
  }

  private void receive(String receipt) {
    Map<String, String> data = Collections.singletonMap("carillon", "{\"send\":\"0197\",\"receipt\":\"" + receipt + "\"}");
    carillon.onMessageReceived(data);
    TestDevice.settle();
  }

  private void keep(int count, long ageMs) throws CallFailed, IOException {
    List<JSONObject> receipts = new ArrayList<>();
    String at = java.time.Instant.ofEpochMilli(phone.now - ageMs).toString().replace("Z", ".000Z");
    for (int number = 0; number < count; number += 1) receipts.add(Json.of("receipt", "number " + number, "kind", "opened", "at", at));
    phone.store.addReceipts(receipts);
  }

  private List<String> said(int request) throws Exception {
    List<String> receipts = new ArrayList<>();
    JSONArray body = platform.asked().get(request).getJSONArray("body");
    for (int at = 0; at < body.length(); at += 1) receipts.add(body.getJSONObject(at).getString("receipt"));
    return receipts;
  }
}
