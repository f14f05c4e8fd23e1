package carillon.android;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import android.app.Activity;
import android.os.Looper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.json.JSONObject;
import org.junit.Before;
import org.junit.Test;
import org.robolectric.Robolectric;
import org.robolectric.Shadows;

public final class CarillonTest extends DeviceTest {
  private static final long MINUTE = 60_000;

  private Carillon carillon;

  @Before
  public void setUp() throws Exception {
    phone.permission(Permission.GRANTED);
    carillon = phone.start(platform.settings());
  }

  @Test
  public void tellsANewTokenAtOnceAndNothingAtAllBeforeItIsRegistered() throws Exception {
    carillon.onNewToken("token-2");
    TestDevice.settle();
    assertEquals(Collections.emptyList(), platform.calls());

    ended(carillon.register());
    carillon.onNewToken("token-3");
    carillon.onNewToken("token-3");
    TestDevice.settle();

    List<String> tokens = new ArrayList<>();
    for (JSONObject request : platform.asked()) tokens.add(request.getJSONObject("body").getString("token"));
    assertEquals(Arrays.asList("token-2", "token-3"), tokens);
  }

  @Test
  public void keepsWhoItIsOverAStartOfTheApp() throws Exception {
    platform.reply(201, "{\"installationSecret\":\"secret\",\"externalId\":null}").reply(200, "{}");
    ended(carillon.register());
    ended(carillon.changeUser("kim"));

    Carillon again = phone.start(platform.settings());
    ended(again.start());

    assertEquals(Arrays.asList("PUT /installations/phone-1", "PUT /installations/phone-1/user", "PUT /installations/phone-1"), platform.calls());
    assertEquals("{\"X-Installation-Secret\":\"secret\"}", platform.asked().get(2).get("headers").toString());
    assertEquals("phone-1", ended(again.installationId()).value());
  }

  @Test
  public void neverGivesTheSecretToTheApp() throws Exception {
    platform.reply(201, "{\"installationSecret\":\"secret\",\"externalId\":null}");

    JSONObject answer = ended(carillon.register()).value();

    assertFalse(answer.has("installationSecret"));
    assertTrue(answer.has("externalId"));
  }

  @Test
  public void beginsAnewWithAnotherAppOrPlatform() throws Exception {
    platform.reply(201, "{\"installationSecret\":\"secret\"}");
    ended(carillon.register());

    Carillon other = phone.start(new Settings(platform.url(), "other", ScriptedPlatform.KEY));

    assertNull(ended(other.installationId()).value());
    ended(other.register());
    assertEquals("{}", platform.asked().get(1).get("headers").toString());
    assertEquals("PUT /v1/apps/other/installations/phone-2", platform.calls().get(1));
  }

  @Test
  public void takesItsUserAlongWhenItBeginsAnew() throws Exception {
    platform.reply(201, "{\"installationSecret\":\"secret\",\"externalId\":null}").reply(200, "{}");
    ended(carillon.changeUser("kim", "jwt"));
    platform.reply(401, "{\"code\":\"installation_secret_invalid\"}").reply(201, "{\"installationSecret\":\"other\",\"externalId\":\"kim\"}");

    assertNull(ended(carillon.start()).error());

    JSONObject anew = platform.asked().get(3);
    assertEquals("/installations/phone-2", anew.get("path"));
    assertEquals("kim", anew.getJSONObject("body").get("externalId"));
    assertEquals("{\"X-User-Token\":\"jwt\"}", anew.get("headers").toString());
    assertEquals("other", phone.store.state().installationSecret());
  }

  @Test
  public void asksTheAppForAUserTokenOnce() throws Exception {
    List<String> asked = new ArrayList<>();
    carillon = phone.start(platform.settings().userTokens(user -> "jwt-" + asked.size() + (asked.add(user) ? "" : "")));
    platform.reply(201, "{\"installationSecret\":\"secret\"}").reply(401, "{\"code\":\"jwt_missing\"}").reply(401, "{\"code\":\"jwt_expired\",\"detail\":\"Too old\"}");

    CarillonError error = ended(carillon.changeUser("kim")).error();

    assertEquals(Arrays.asList("jwt_expired", 401, "Too old"), Arrays.asList(error.code(), error.status(), error.detail()));
    assertEquals(Collections.singletonList("kim"), asked);
    assertNull(phone.store.state().externalId());
  }

  @Test
  public void answersThePlatformsRefusalWhereTheAppHasNoTokenEither() throws Exception {
    carillon = phone.start(platform.settings().userTokens(user -> { throw new java.io.IOException("backend down"); }));
    platform.reply(201, "{}").reply(401, "{\"code\":\"jwt_missing\"}");

    assertEquals("jwt_missing", ended(carillon.changeUser("kim")).error().code());
    assertEquals(2, platform.asked().size());
  }

  @Test
  public void startsItsSessionWhenTheAppIsSeen() throws Exception {
    ended(carillon.register());

    carillon.onResumed();
    carillon.onResumed();
    TestDevice.settle();
    phone.now += 29 * MINUTE;
    carillon.onResumed();
    TestDevice.settle();
    assertEquals(2, platform.asked().size()); // the registration, and a session

    phone.now += 2 * MINUTE;
    carillon.onResumed();
    TestDevice.settle();
    assertEquals(3, platform.asked().size());
  }

  @Test
  public void saysAtOnceThatThePersonTookThePermissionBack() throws Exception {
    phone.store.keepToken("token-1");
    ended(carillon.register());
    carillon.onResumed();
    TestDevice.settle();
    phone.permission(Permission.DENIED);
    carillon.onResumed();
    TestDevice.settle();

    JSONObject last = platform.asked().get(2).getJSONObject("body");
    assertEquals("denied", last.get("permission"));
    assertFalse(last.has("token"));
  }

  @Test
  public void triesAgainWhenTheAppIsSeenNextAfterNobodyHasAnswered() throws Exception {
    ended(carillon.register());
    phone.connector.isOffline = true;
    carillon.onResumed();
    TestDevice.settle();
    assertEquals(1, platform.asked().size());

    phone.connector.isOffline = false;
    carillon.onResumed();
    TestDevice.settle();
    assertEquals(2, platform.asked().size());
  }

  @Test
  public void showsTheSystemsDialogOnceAndRegistersWithWhatThePersonSays() throws Exception {
    phone.store.keepToken("token-1");
    phone.permission(Permission.NOT_ASKED);
    Activity activity = Robolectric.buildActivity(Activity.class).setup().get();

    carillon.requestPermission(activity);
    TestDevice.settle();
    String[] requested = Shadows.shadowOf(activity).getLastRequestedPermission().requestedPermissions;
    assertEquals("android.permission.POST_NOTIFICATIONS", requested[0]);
    assertEquals(0, platform.asked().size());

    phone.permission(Permission.GRANTED);
    carillon.onResumed();
    TestDevice.settle();
    assertEquals("token-1", platform.asked().get(0).getJSONObject("body").get("token"));

    phone.permission(Permission.DENIED);
    assertEquals(Permission.DENIED, ended(carillon.permission()).value());
    carillon.requestPermission(activity);
    TestDevice.settle();
    assertEquals("denied", platform.asked().get(1).getJSONObject("body").get("permission"));
  }

  @Test
  public void registersWithWhatThePersonHasSaidToTheAppsOwnDialog() throws Exception {
    phone.permission(Permission.NOT_ASKED);

    ended(carillon.onPermissionAnswered());

    assertEquals("denied", platform.asked().get(0).getJSONObject("body").get("permission"));
  }

  @Test
  public void watchesTheActivitiesOfTheAppAndSaysNothingBeforeItIsRegistered() throws Exception {
    Carillon.init(phone.context, platform.settings());
    Robolectric.buildActivity(Activity.class).setup();
    TestDevice.settle();
    assertEquals(Collections.emptyList(), platform.calls());

    phone.store.keepState(new State(new JSONObject("{\"url\":\"" + platform.url() + "\",\"app\":\"shop\",\"key\":\"old\",\"installationId\":\"phone-9\"}")));
    Robolectric.buildActivity(Activity.class).setup();
    TestDevice.settle();
    assertEquals(Collections.singletonList("PUT /installations/phone-9"), platform.calls());
  }

  @Test
  public void saysWhatThePersonWishesAndIs() throws Exception {
    platform.reply(201, "{}");
    ended(carillon.register(new Registration().tags(Collections.singletonList("beta")).attributes(Collections.singletonMap("plan", "pro")).appVersion("9")));
    ended(carillon.setSubscription(Subscription.UNSUBSCRIBED));
    ended(carillon.changeTags(Collections.singletonList("pref_news"), Collections.singletonList("pref_old")));
    ended(carillon.setAttributes(Collections.singletonMap("theme", null)));
    ended(carillon.detach());

    JSONObject first = platform.asked().get(0).getJSONObject("body");
    assertEquals("[\"beta\"] {\"plan\":\"pro\"} 9", first.get("tags") + " " + first.get("attributes") + " " + first.get("appVersion"));
    assertEquals("{\"subscription\":\"unsubscribed\"}", platform.asked().get(1).get("body").toString());
    assertEquals("{\"tags\":{\"add\":[\"pref_news\"],\"remove\":[\"pref_old\"]}}", platform.asked().get(2).get("body").toString());
    assertEquals("{\"attributes\":{\"theme\":null}}", platform.asked().get(3).get("body").toString());
    assertEquals("DELETE /installations/phone-1/user", platform.calls().get(4));
  }

  @Test
  public void sendsItsCallsOneAfterTheOtherInTheirOrder() throws Exception {
    List<Pending<?>> pending = new ArrayList<>();
    for (int at = 0; at < 20; at += 1) pending.add(carillon.changeUser("user-" + at));
    for (Pending<?> one : pending) ended(one);

    List<String> users = new ArrayList<>();
    for (JSONObject request : platform.asked()) if (request.getString("path").endsWith("/user")) users.add(request.getJSONObject("body").getString("externalId"));
    assertEquals(20, users.size());
    for (int at = 0; at < 20; at += 1) assertEquals("user-" + at, users.get(at));
  }

  @Test
  public void answersOnTheMainThreadAndHoldsUpNobodyMeanwhile() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    carillon = phone.start(platform.settings().userTokens(user -> { held.await(60, TimeUnit.SECONDS); return "jwt"; }));
    platform.reply(201, "{}").reply(401, "{\"code\":\"jwt_missing\"}");
    List<Thread> heard = new ArrayList<>();

    Pending<JSONObject> pending = carillon.changeUser("kim").whenDone(answer -> heard.add(Thread.currentThread()));

    assertEquals("not_yet", pending.await(60_000).error().code()); // the test runs on the main thread
    held.countDown();
    TestDevice.settle();
    assertEquals(Collections.singletonList(Looper.getMainLooper().getThread()), heard);
    pending.whenDone(answer -> heard.add(null));
    Shadows.shadowOf(Looper.getMainLooper()).idle();
    assertEquals(2, heard.size());
  }

  private static <T> Answer<T> ended(Pending<T> pending) {
    return pending.settled(60_000);
  }
}
