package carillon.android;

import android.Manifest;
import android.app.Application;
import android.app.NotificationManager;
import android.content.Context;
import android.os.Looper;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedList;
import java.util.List;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.Shadows;

/** A phone of Robolectric's, whose app can be started again and again over the same files. */
final class TestDevice {
  final Application application = RuntimeEnvironment.getApplication();
  final Context context = application.getApplicationContext();
  final DeviceStore store = new DeviceStore(context);
  final AndroidFacts facts = new AndroidFacts(context, store);
  final TestConnector connector = new TestConnector();
  final List<String> ids = new LinkedList<>(Arrays.asList("phone-1", "phone-2"));
  long now = Instant.parse("2026-11-30T09:30:00Z").toEpochMilli();

  /** The app starts, as if its process were new. */
  Carillon start(Settings settings) {
    return start(settings, facts);
  }

  Carillon start(Settings settings, Device.Facts said) {
    Device device = new Device(store, said, connector, () -> now, () -> ids.remove(0));
    return new Carillon(context, settings, device, facts);
  }

  void permission(Permission permission) throws Exception {
    boolean isGranted = permission == Permission.GRANTED;
    if (isGranted) Shadows.shadowOf(application).grantPermissions(Manifest.permission.POST_NOTIFICATIONS);
    else Shadows.shadowOf(application).denyPermissions(Manifest.permission.POST_NOTIFICATIONS);
    if (permission == Permission.DENIED) store.keepAsked();
  }

  NotificationManager notifications() {
    return context.getSystemService(NotificationManager.class);
  }

  /** Everything that was asked for before is over, and what it gave rise to on the other thread. */
  static void settle() {
    for (int round = 0; round < 3; round += 1) {
      Calls.next(() -> null).settled(60_000);
      Shadows.shadowOf(Looper.getMainLooper()).idle();
    }
  }
}
