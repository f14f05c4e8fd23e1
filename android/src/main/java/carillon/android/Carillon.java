package carillon.android;

import android.Manifest;
import android.app.Activity;
import android.app.Application;
import android.content.Context;
import android.content.Intent;
import android.os.Looper;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.json.JSONArray;
import org.json.JSONObject;

/**
 * One phone or tablet of one app. No call throws or waits: each goes out on the library's thread, after those before it, and how it ended is told by its
 * {@link Pending}. One per process is enough, made in {@code Application.onCreate}.
 */
public final class Carillon {
  /** The system lets Firebase's thread go on for 20 s after a push. */
  private static final long PUSH_MS = 8_000;
  /** A session is as good as so old, while the device has nothing new to say. */
  private static final long SESSION_MS = 30 * 60_000;
  private static final int REQUEST_CODE = 0xCA;

  private final Settings settings;
  private final Device device;
  private final AndroidFacts facts;
  private final NotificationTray tray;
  private final Receipts receipts;
  private final Installation installation;
  /** On the library's thread. */
  private long startedAt = Long.MIN_VALUE / 2;
  /** On the main thread: the dialog is before the person. */
  private boolean isAsking;

  Carillon(Context context, Settings settings, Device device, AndroidFacts facts) {
    this.settings = settings;
    this.device = device;
    this.facts = facts;
    tray = new NotificationTray(context, settings, facts);
    receipts = new Receipts(device.store, device.connector, device.clock);
    installation = new Installation(settings, device, receipts);
  }

  /**
   * Once per process. The session starts when the app comes before a person's eyes: again after half an hour, and at once when the device has something new
   * to say, such as another permission. Until it is registered, a device says nothing. It asks the person nothing.
   */
  public static Carillon init(Context context, Settings settings) {
    Context own = context == null || context.getApplicationContext() == null ? context : context.getApplicationContext();
    DeviceStore store = new DeviceStore(own);
    AndroidFacts facts = new AndroidFacts(own, store);
    Device device = new Device(store, facts, Connector.OF_ANDROID, System::currentTimeMillis, () -> UUID.randomUUID().toString());
    Carillon carillon = new Carillon(own, settings == null ? new Settings("", "", "") : settings, device, facts);
    if (own instanceof Application) carillon.watch((Application) own);
    carillon.reportWaiting();
    return carillon;
  }

  /** Starts the session of a device that is registered, and reports receipts that have waited. Who has called {@link #init} need not. */
  public Pending<Void> start() {
    return Calls.next(
        () -> {
          session();
          return null;
        });
  }

  /** Registers this device, with its token where the person allows it. Safe to repeat. */
  public Pending<JSONObject> register() {
    return register(new Registration());
  }

  public Pending<JSONObject> register(Registration registration) {
    return Calls.next(() -> installation.register(registration == null ? new Registration() : registration));
  }

  /** From now on this device rings for this user. */
  public Pending<JSONObject> changeUser(String externalId) {
    return changeUser(externalId, null);
  }

  /** {@code userToken}: a JWT of the app's backend, where the app asks for one; null: none is at hand. */
  public Pending<JSONObject> changeUser(String externalId, String userToken) {
    return Calls.next(() -> installation.changeUser(externalId, userToken));
  }

  /** Takes the user off this device. Logging out in the app needs no call: who logged in last is rung. */
  public Pending<JSONObject> detach() {
    return Calls.next(installation::detach);
  }

  /** The wish of the person, on all of their devices. */
  public Pending<JSONObject> setSubscription(Subscription subscription) {
    return Calls.next(() -> installation.changeOwner(Json.of("subscription", subscription == null ? null : subscription.word())));
  }

  /** Tags of the person, each list null or empty for none; the app says which ones a device may write ({@code settings.sdkWritable}). */
  public Pending<JSONObject> changeTags(Collection<String> add, Collection<String> remove) {
    JSONArray[] lists = {listOf(add), listOf(remove)};
    return Calls.next(() -> installation.changeOwner(Json.of("tags", Json.of("add", lists[0], "remove", lists[1]))));
  }

  /** Attributes of the person; a value that is null takes one away. */
  public Pending<JSONObject> setAttributes(Map<String, ?> attributes) {
    Map<String, Object> copy = attributes == null ? new HashMap<>() : new HashMap<>(attributes);
    return Calls.next(() -> installation.changeOwner(Json.of("attributes", copy)));
  }

  /** Reports receipts that have waited for a network; answers whether none is left. */
  public Pending<Boolean> reportWaiting() {
    return Calls.next(receipts::flush);
  }

  /** What this device is to the platform; null before its first registration. */
  public Pending<String> installationId() {
    return Calls.next(() -> installation.state().installationId());
  }

  public Pending<Permission> permission() {
    return Calls.next(facts::permission);
  }

  /** Shows the system's dialog where the person was not asked yet (Android 13 and later), and registers with what they say, else at once. */
  public void requestPermission(Activity activity) {
    permission()
        .whenDone(
            permission -> {
              if (permission.value() == Permission.NOT_ASKED && ask(activity)) isAsking = true;
              else register();
            });
  }

  /** For an app that shows the system's dialog itself: registers with what the person has said. */
  public Pending<JSONObject> onPermissionAnswered() {
    return Calls.next(
        () -> {
          device.store.keepAsked();
          return installation.register(new Registration());
        });
  }

  /** From {@code FirebaseMessagingService.onNewToken}, and with the token of now where an app has had one before it had this library. */
  public void onNewToken(String token) {
    Calls.next(
        () -> {
          if (token == null || token.equals(device.store.token())) return null;
          device.store.keepToken(token);
          session();
          return null;
        });
  }

  /** As below; what is to be seen stands in the data as {@code title}, {@code body} and {@code channel}, if anything is. */
  public boolean onMessageReceived(Map<String, String> data) {
    return onMessageReceived(data, data == null ? null : new Notice(data.get("title"), data.get("body"), data.get("channel")));
  }

  /**
   * From {@code FirebaseMessagingService.onMessageReceived}: shows the message, and reports that it was received, and displayed where it was. Answers whether
   * it is Carillon's. On a thread of Firebase's the message is shown and kept at once, whatever the library waits for meanwhile, and the report is waited for,
   * some seconds at most, since the system may stop the process afterwards.
   */
  public boolean onMessageReceived(Map<String, String> data, Notice notice) {
    CarillonPart part = CarillonPart.of(data);
    if (part == null) return false;
    Map<String, String> copy = new HashMap<>(data);
    Calls.Work<Boolean> taken = () -> take(part, notice, copy);
    if (Looper.myLooper() == Looper.getMainLooper()) Calls.next(taken);
    else Calls.here(taken);
    Calls.next(receipts::flush).await(PUSH_MS);
    return true;
  }

  /** Answers whether a person can see it. */
  private boolean take(CarillonPart part, Notice notice, Map<String, String> data) throws Exception {
    receipts.keep(part, "received", null);
    boolean isShown = settings.showsMessages && notice != null && !notice.isEmpty() && tray.show(part, notice, data);
    if (isShown) receipts.keep(part, "displayed", null);
    return isShown;
  }

  /**
   * With the intent of each activity that a tap may lead to, in {@code onCreate} and {@code onNewIntent}: while the app is in the background it is the system
   * that shows messages, and their taps are known by their intent alone. Answers the message's link for the app to follow; null: none, or no tap.
   */
  public String onIntent(Intent intent) {
    try {
      CarillonPart part = CarillonPart.of(intent);
      if (part == null) return null;
      intent.removeExtra(CarillonPart.NAME); // an activity that is made again has the same intent
      Calls.next(
          () -> {
            receipts.keep(part, "opened", null);
            return receipts.flush();
          });
      return part.link;
    } catch (RuntimeException broken) {
      return null; // an intent of somebody else, with something in it that cannot be read here
    }
  }

  /** To be called on the main thread. */
  void onResumed() {
    boolean hasAsked = isAsking;
    isAsking = false;
    if (hasAsked) onPermissionAnswered();
    else
      Calls.next(
          () -> {
            if (device.clock.now() - startedAt >= SESSION_MS || installation.hasNews()) session();
            return null;
          });
  }

  private void session() throws Exception {
    installation.start();
    startedAt = device.clock.now();
  }

  private void watch(Application application) {
    application.registerActivityLifecycleCallbacks(new Foreground(this::onResumed));
  }

  private static boolean ask(Activity activity) {
    if (activity == null || activity.isFinishing()) return false;
    try {
      activity.requestPermissions(new String[] {Manifest.permission.POST_NOTIFICATIONS}, REQUEST_CODE);
      return true;
    } catch (RuntimeException gone) {
      return false; // an activity that was taken away meanwhile
    }
  }

  private static JSONArray listOf(Collection<String> texts) {
    return texts == null ? null : new JSONArray(texts);
  }
}
