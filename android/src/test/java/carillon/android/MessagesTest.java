package carillon.android;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import android.app.Activity;
import android.app.Notification;
import android.app.NotificationChannel;
import android.app.NotificationManager;
import android.app.PendingIntent;
import android.content.ComponentName;
import android.content.Intent;
import android.content.IntentFilter;
import android.os.Build;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.json.JSONArray;
import org.json.JSONObject;
import org.junit.Before;
import org.junit.Test;
import org.robolectric.Robolectric;
import org.robolectric.Shadows;
import org.robolectric.util.ReflectionHelpers;

public final class MessagesTest extends DeviceTest {
  private static final String RECEIPT = "id.nonce.mac";

  private Carillon carillon;

  @Before
  public void setUp() throws Exception {
    phone.permission(Permission.GRANTED);
    carillon = phone.start(platform.settings());
    carillon.register().settled(60_000);
  }

  @Test
  public void showsAMessageAndReportsThatItDid() throws Exception {
    assertTrue(carillon.onMessageReceived(dataOf("{}"), new Notice("Bells", "They ring", null)));
    TestDevice.settle();

    Notification shown = shown();
    assertEquals("Bells", shown.extras.getString(Notification.EXTRA_TITLE));
    assertEquals("They ring", shown.extras.getString(Notification.EXTRA_TEXT));
    assertEquals("messages", shown.getChannelId());
    assertEquals("Messages", phone.notifications().getNotificationChannel("messages").getName());
    assertReported("received", "displayed");
    JSONObject first = receipts().getJSONObject(0);
    assertEquals(RECEIPT + " 2026-11-30T09:30:00.000Z", first.get("receipt") + " " + first.get("at"));
  }

  @Test
  public void findsWhatIsToBeSeenInTheDataWhereThereIsNothingElse() {
    Map<String, String> data = dataOf("{}");
    data.put("title", "Bells");
    data.put("channel", "sales");
    phone.notifications().createNotificationChannel(new NotificationChannel("sales", "Sales", NotificationManager.IMPORTANCE_LOW));

    carillon.onMessageReceived(data);
    TestDevice.settle();

    assertEquals("Bells", shown().extras.getString(Notification.EXTRA_TITLE));
    assertEquals("sales", shown().getChannelId());
  }

  @Test
  public void showsNothingOfASilentMessageAndReportsThatItCame() throws Exception {
    carillon.onMessageReceived(dataOf("{}"));
    carillon.onMessageReceived(dataOf("{}"), new Notice("", null, null));
    TestDevice.settle();

    assertEquals(0, Shadows.shadowOf(phone.notifications()).size());
    assertReported("received", "received");
  }

  @Test
  public void saysNotDisplayedWhereThePersonSeesNothing() throws Exception {
    NotificationChannel off = new NotificationChannel("off", "Off", NotificationManager.IMPORTANCE_NONE);
    phone.notifications().createNotificationChannel(off);
    carillon.onMessageReceived(dataOf("{}"), new Notice("Bells", null, "off"));
    TestDevice.settle();
    phone.permission(Permission.DENIED);
    carillon.onMessageReceived(dataOf("{}"), new Notice("Bells", null, null));
    TestDevice.settle();
    phone.permission(Permission.GRANTED);
    phone.start(platform.settings().showsMessages(false)).onMessageReceived(dataOf("{}"), new Notice("Bells", null, null));
    TestDevice.settle();

    assertEquals(0, Shadows.shadowOf(phone.notifications()).size());
    assertReported("received", "received", "received");
  }

  @Test
  public void showsTheSameMessageOnceThoughItComesTwice() {
    for (int time = 0; time < 2; time += 1) carillon.onMessageReceived(dataOf("{}"), new Notice("Bells", null, null));
    TestDevice.settle();

    assertEquals(1, Shadows.shadowOf(phone.notifications()).size());
  }

  @Test
  public void leavesMessagesOfOthersAlone() {
    for (String part : new String[] {"text", "{\"send\":1}", "null", "[]", ""}) {
      assertFalse(part, carillon.onMessageReceived(Collections.singletonMap("carillon", part), new Notice("Bells", null, null)));
    }
    assertFalse(carillon.onMessageReceived(Collections.singletonMap("gcm", "x")));
    assertFalse(carillon.onMessageReceived(null));
    TestDevice.settle();

    assertEquals(Collections.emptyList(), phone.store.receipts());
    assertEquals(0, Shadows.shadowOf(phone.notifications()).size());
  }

  @Test
  public void aTapFollowsTheLinkAndReportsIt() throws Exception {
    Map<String, String> data = dataOf("{\"link\":\"shop://sale\"}");
    data.put("basket", "7");
    takeLinks("shop");
    carillon.onMessageReceived(data, new Notice("Bells", null, null));
    TestDevice.settle();

    Intent followed = tapped(shown().contentIntent);

    assertEquals(Intent.ACTION_VIEW + " shop://sale " + phone.context.getPackageName(), followed.getAction() + " " + followed.getDataString() + " " + followed.getPackage());
    assertEquals("7", followed.getStringExtra("basket"));
    assertNull(followed.getStringExtra("carillon"));
    assertReported("received", "displayed", "opened");
    assertEquals(0, Shadows.shadowOf(phone.notifications()).size());
  }

  @Test
  public void aTapWithoutALinkOpensTheApp() throws Exception {
    ComponentName launcher = new ComponentName(phone.context.getPackageName(), "shop.Main");
    Shadows.shadowOf(phone.context.getPackageManager()).addActivityIfNotPresent(launcher);
    IntentFilter main = new IntentFilter(Intent.ACTION_MAIN);
    main.addCategory(Intent.CATEGORY_LAUNCHER);
    Shadows.shadowOf(phone.context.getPackageManager()).addIntentFilterForActivity(launcher, main);
    carillon.onMessageReceived(dataOf("{}"), new Notice("Bells", null, null));
    TestDevice.settle();

    assertEquals(launcher, tapped(shown().contentIntent).getComponent());
  }

  @Test
  public void aLinkThatNobodyOpensEndsNowhereAndIsReportedAllTheSame() throws Exception {
    Shadows.shadowOf(phone.context.getPackageManager()).addActivityIfNotPresent(new ComponentName(phone.context, OpenedActivity.class));
    Shadows.shadowOf(phone.application).checkActivities(true);
    for (String link : new String[] {"nobody://here", "", "::", "file:///etc/passwd"}) {
      carillon.onMessageReceived(dataOf(new JSONObject().put("link", link).toString()), new Notice("Bells", null, null));
      TestDevice.settle();
      tapped(shown().contentIntent);
    }
    assertEquals(4, Collections.frequency(reported(), "opened"));
  }

  @Test
  public void aButtonIsReportedByItsNameAndLeadsWhereItSays() throws Exception {
    takeLinks("shop");
    String actions = "\"actions\":[{\"id\":\"buy\",\"title\":\"Buy\",\"link\":\"shop://buy\"},{\"id\":\"later\",\"title\":\"Later\"},{\"title\":\"no id\"},null,3]";
    carillon.onMessageReceived(dataOf("{\"link\":\"shop://sale\"," + actions + "}"), new Notice("Bells", null, null));
    TestDevice.settle();
    Notification.Action[] buttons = shown().actions;

    assertEquals(2, buttons.length);
    assertEquals("Buy Later", buttons[0].title + " " + buttons[1].title);
    assertEquals("shop://sale", tapped(buttons[1].actionIntent).getDataString());
    assertEquals("shop://buy", tapped(buttons[0].actionIntent).getDataString());
    assertReported("received", "displayed", "action later", "action buy");
  }

  @Test
  public void aSwipeIsReported() throws Exception {
    carillon.onMessageReceived(dataOf("{}"), new Notice("Bells", null, null));
    TestDevice.settle();

    Intent swiped = Shadows.shadowOf(shown().deleteIntent).getSavedIntent();
    assertEquals(new ComponentName(phone.context, DismissedReceiver.class), swiped.getComponent());
    new DismissedReceiver().onReceive(phone.context, swiped); // Robolectric without an APK knows no receiver of the manifest
    TestDevice.settle();

    assertReported("received", "displayed", "dismissed");
  }

  @Test
  public void aPushOfFirebasesThreadIsShownAndKeptWhileACallWaitsForTheNetwork() throws Exception {
    CountDownLatch network = new CountDownLatch(1);
    Calls.next(() -> network.await(120, TimeUnit.SECONDS));
    Thread firebase = new Thread(() -> carillon.onMessageReceived(dataOf("{}"), new Notice("Bells", null, null)));
    firebase.start();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (phone.store.receipts().size() < 2 && System.nanoTime() < deadline) Thread.onSpinWait();

    assertEquals("Bells", shown().extras.getString(Notification.EXTRA_TITLE));
    assertEquals(2, phone.store.receipts().size());
    assertEquals(Collections.emptyList(), reported());
    network.countDown();
    firebase.join(60_000);
    TestDevice.settle();
    assertReported("received", "displayed");
  }

  @Test
  public void showsMessagesOfAndroid7WhichHasNoChannels() throws Exception {
    ReflectionHelpers.setStaticField(Build.VERSION.class, "SDK_INT", 25);
    carillon.onMessageReceived(dataOf("{}"), new Notice("Bells", null, "news"));
    TestDevice.settle();

    assertEquals("Bells", shown().extras.getString(Notification.EXTRA_TITLE));
    assertNull(shown().getChannelId());
    assertReported("received", "displayed");
  }

  @Test
  public void twoMessagesKeepTheirOwnTaps() throws Exception {
    takeLinks("shop");
    for (String number : new String[] {"1", "2"}) {
      String part = "{\"v\":1,\"send\":\"send-" + number + "\",\"receipt\":\"receipt-" + number + "\",\"link\":\"shop://" + number + "\"}";
      carillon.onMessageReceived(new HashMap<>(Collections.singletonMap("carillon", part)), new Notice("Bells", null, null));
    }
    TestDevice.settle();
    List<String> links = new ArrayList<>();
    for (Notification one : Shadows.shadowOf(phone.notifications()).getAllNotifications()) links.add(tapped(one.contentIntent).getDataString());

    Collections.sort(links);
    assertEquals(Arrays.asList("shop://1", "shop://2"), links);
  }

  @Test
  public void knowsATapOnWhatTheSystemHasShownByItsIntentOnce() throws Exception {
    Intent intent = new Intent().putExtra("carillon", dataOf("{\"link\":\"shop://sale\"}").get("carillon")).putExtra("google.message_id", "1");

    assertEquals("shop://sale", carillon.onIntent(intent));
    assertNull(carillon.onIntent(intent));
    assertNull(carillon.onIntent(new Intent()));
    assertNull(carillon.onIntent(null));
    TestDevice.settle();

    assertEquals(Collections.singletonList("opened"), reported());
  }

  @Test
  public void isShownByTheServiceOfTheReadme() throws Exception {
    shop.ShopMessagingService service = new shop.ShopMessagingService() {};
    shop.ShopApp app = new shop.ShopApp();
    app.carillon = carillon;
    ReflectionHelpers.setField(android.app.Service.class, service, "mApplication", app);

    service.onNewToken("token-1");
    com.google.firebase.messaging.RemoteMessage.Notification seen = new com.google.firebase.messaging.RemoteMessage.Notification("Bells", null, null);
    service.onMessageReceived(new com.google.firebase.messaging.RemoteMessage(dataOf("{}"), seen));
    service.onMessageReceived(new com.google.firebase.messaging.RemoteMessage(dataOf("{}"), null));
    TestDevice.settle();

    assertEquals("token-1", phone.store.token());
    assertEquals("Bells", shown().extras.getString(Notification.EXTRA_TITLE));
    assertReported("received", "displayed", "received");
  }

  /** {@code more}: what the platform's part holds besides. */
  private static Map<String, String> dataOf(String more) {
    try {
      JSONObject part = new JSONObject(more).put("v", 1).put("send", "0197").put("receipt", RECEIPT);
      return new HashMap<>(Collections.singletonMap("carillon", part.toString()));
    } catch (org.json.JSONException broken) {
      throw new AssertionError(broken);
    }
  }

  private Notification shown() {
    List<Notification> all = Shadows.shadowOf(phone.notifications()).getAllNotifications();
    assertEquals(1, all.size());
    return all.get(0);
  }

  /** What the system does with a tap, and where it leads; null: nowhere. */
  private Intent tapped(PendingIntent tap) throws Exception {
    tap.send();
    Intent toUs = Shadows.shadowOf(phone.application).getNextStartedActivity();
    assertEquals(OpenedActivity.class.getName(), toUs.getComponent().getClassName());
    Activity activity = Robolectric.buildActivity(OpenedActivity.class, toUs).create().get();
    TestDevice.settle();
    assertTrue(activity.isFinishing());
    return Shadows.shadowOf(phone.application).getNextStartedActivity();
  }

  /** The app has a page for links of that scheme. */
  private void takeLinks(String scheme) throws Exception {
    ComponentName page = new ComponentName(phone.context.getPackageName(), "shop.Page");
    Shadows.shadowOf(phone.context.getPackageManager()).addActivityIfNotPresent(page);
    IntentFilter view = new IntentFilter(Intent.ACTION_VIEW);
    view.addDataScheme(scheme);
    Shadows.shadowOf(phone.context.getPackageManager()).addIntentFilterForActivity(page, view);
  }

  private JSONArray receipts() throws Exception {
    JSONArray all = new JSONArray();
    for (JSONObject request : platform.asked()) {
      JSONArray some = request.optJSONArray("body");
      for (int at = 0; some != null && at < some.length(); at += 1) all.put(some.get(at));
    }
    return all;
  }

  /** What Android hands on by other threads comes when it comes. */
  private void assertReported(String... kinds) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!Arrays.asList(kinds).equals(reported()) && System.nanoTime() < deadline) {
      Thread.sleep(10);
      TestDevice.settle();
    }
    assertEquals(Arrays.asList(kinds), reported());
  }

  private List<String> reported() throws Exception {
    List<String> kinds = new ArrayList<>();
    for (int at = 0; at < receipts().length(); at += 1) {
      JSONObject receipt = receipts().getJSONObject(at);
      kinds.add(receipt.getString("kind") + (receipt.has("action") ? " " + receipt.get("action") : ""));
    }
    return kinds;
  }
}
