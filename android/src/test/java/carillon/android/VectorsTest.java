package carillon.android;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import android.app.NotificationChannel;
import android.app.NotificationManager;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import org.json.JSONArray;
import org.json.JSONException;
import org.json.JSONObject;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.ParameterizedRobolectricTestRunner;
import org.robolectric.Shadows;
import org.robolectric.shadows.ShadowBuild;

/**
 * Plays libs/sdk-vectors. Where the device is an Android phone it is Robolectric's, with the facts of the vector; a device of another kind lends the rules
 * its facts alone.
 */
@RunWith(ParameterizedRobolectricTestRunner.class)
public final class VectorsTest {
  private final String name;
  private final TimeZone zone = TimeZone.getDefault();
  private final Locale locale = Locale.getDefault();
  private TestDevice phone;
  private ScriptedPlatform platform;

  public VectorsTest(String name) {
    this.name = name;
  }

  @ParameterizedRobolectricTestRunner.Parameters(name = "{0}")
  public static List<Object[]> vectors() {
    File[] files = new File(System.getProperty("carillon.vectors")).listFiles((folder, file) -> file.endsWith(".json"));
    List<Object[]> names = new ArrayList<>();
    for (File file : files == null ? new File[0] : files) names.add(new Object[] {file.getName()});
    if (names.size() < 10) throw new IllegalStateException("The vectors are missing in " + System.getProperty("carillon.vectors"));
    names.sort((one, other) -> ((String) one[0]).compareTo((String) other[0]));
    return names;
  }

  @Before
  public void setUp() throws IOException {
    phone = new TestDevice();
    platform = new ScriptedPlatform();
  }

  @After
  public void tearDown() {
    platform.close();
    TimeZone.setDefault(zone);
    Locale.setDefault(locale);
  }

  @Test
  public void asksAndKeepsWhatTheVectorSays() throws Exception {
    File file = new File(System.getProperty("carillon.vectors"), name);
    JSONObject vector = new JSONObject(new String(Files.readAllBytes(file.toPath()), StandardCharsets.UTF_8));
    phone.ids.clear();
    for (Object id : list(vector, "newIds")) phone.ids.add((String) id);
    for (Object step : list(vector, "steps")) play((JSONObject) step);
  }

  private void play(JSONObject step) throws Exception {
    prepare(step);
    JSONObject device = step.getJSONObject("device");
    Settings settings = platform.settings();
    if (step.has("tokens")) settings.userTokens(user -> "$jwt:" + user);
    List<JSONObject> expected = new ArrayList<>();
    for (Object exchange : list(step, "exchange")) {
      JSONObject answer = ((JSONObject) exchange).getJSONObject("answer");
      platform.reply(answer.getInt("status"), answer.getJSONObject("body").toString());
      expected.add(((JSONObject) exchange).getJSONObject("request"));
    }
    int before = platform.asked().size();

    Carillon carillon = device.has("platform") ? phone.start(settings, facts(device)) : phone.start(settings, state -> ofBrowser(device));
    Answer<?> answer = called(carillon, step.getJSONArray("call")).settled(60_000);

    if (step.has("error")) assertEquals(step.getString("error"), answer.error().code());
    else assertNull(String.valueOf(answer.error()), answer.error());
    List<JSONObject> asked = platform.asked();
    assertEquals(JsonValues.of(expected), JsonValues.of(asked.subList(before, asked.size())));
    assertKept(step.getJSONObject("stored"));
    if (step.has("left")) assertEquals(JsonValues.of(step.getJSONArray("left")), JsonValues.of(new JSONArray(phone.store.receipts())));
  }

  private void prepare(JSONObject step) throws Exception {
    JSONObject lost = step.optJSONObject("lose");
    if (lost != null) phone.store.keepState(new State(Json.merged(phone.store.state().fields(), lost)));
    List<JSONObject> waiting = new ArrayList<>();
    for (Object receipt : list(step, "waiting")) waiting.add((JSONObject) receipt);
    phone.store.addReceipts(waiting);
    phone.connector.isOffline = step.optBoolean("offline");
  }

  /** Sets the phone to what the vector says of it, and leaves the rest to the library. */
  private Device.Facts facts(JSONObject device) throws Exception {
    phone.permission(Permission.valueOf(device.getString("permission").toUpperCase(Locale.ROOT)));
    if (device.has("token")) phone.store.keepToken(device.getString("token"));
    Locale.setDefault(Locale.forLanguageTag(device.getString("locale")));
    TimeZone.setDefault(TimeZone.getTimeZone(device.getString("timeZone")));
    ShadowBuild.setModel(device.getString("model"));
    ShadowBuild.setVersionRelease(device.getString("osVersion"));
    Shadows.shadowOf(phone.context.getPackageManager()).getInternalMutablePackageInfo(phone.context.getPackageName()).versionName =
        device.getString("appVersion");
    for (NotificationChannel channel : phone.notifications().getNotificationChannels()) phone.notifications().deleteNotificationChannel(channel.getId());
    for (Object muted : list(device, "mutedChannels"))
      phone.notifications().createNotificationChannel(new NotificationChannel((String) muted, (String) muted, NotificationManager.IMPORTANCE_NONE));
    return phone.facts;
  }

  private static JSONObject ofBrowser(JSONObject device) throws CallFailed {
    return Json.merged(Json.of("platform", "web", "provider", "webpush"), device);
  }

  private static Pending<?> called(Carillon carillon, JSONArray call) throws JSONException {
    JSONObject given = call.optJSONObject(1);
    switch (call.getString(0)) {
      case "start":
        return carillon.start();
      case "register":
        return carillon.register(registrationOf(given));
      case "changeUser":
        return carillon.changeUser(call.getString(1), call.length() > 2 ? call.getString(2) : null);
      case "detach":
        return carillon.detach();
      case "setSubscription":
        return carillon.setSubscription(Subscription.valueOf(call.getString(1).toUpperCase(Locale.ROOT)));
      case "changeTags":
        return carillon.changeTags(texts(given, "add"), texts(given, "remove"));
      case "setAttributes":
        Map<String, Object> attributes = new HashMap<>();
        for (Iterator<String> names = given.keys(); names.hasNext(); ) {
          String name = names.next();
          attributes.put(name, given.get(name));
        }
        return carillon.setAttributes(attributes);
      case "reportWaiting":
        return carillon.reportWaiting();
      default:
        throw new AssertionError("The library has no " + call.getString(0));
    }
  }

  private static Registration registrationOf(JSONObject given) throws JSONException {
    assertTrue("Only tags and appVersion are read here", Arrays.asList("tags", "appVersion").containsAll(names(given)));
    return new Registration().tags(texts(given, "tags")).appVersion(Json.text(given, "appVersion"));
  }

  private static List<String> names(JSONObject object) {
    List<String> names = new ArrayList<>();
    for (Iterator<String> all = object.keys(); all.hasNext(); ) names.add(all.next());
    return names;
  }

  private void assertKept(JSONObject stored) throws JSONException {
    for (String field : names(stored))
      assertEquals(field, JsonValues.of(stored.get(field)), JsonValues.of(phone.store.state().fields().opt(field)));
  }

  /** Null where there is none of that name. */
  private static List<String> texts(JSONObject object, String name) throws JSONException {
    if (!object.has(name)) return null;
    List<String> texts = new ArrayList<>();
    for (Object text : list(object, name)) texts.add((String) text);
    return texts;
  }

  private static List<Object> list(JSONObject object, String name) throws JSONException {
    List<Object> values = new ArrayList<>();
    JSONArray list = object.optJSONArray(name);
    for (int at = 0; list != null && at < list.length(); at += 1) values.add(list.get(at));
    return values;
  }
}
