package carillon.android;

import android.Manifest;
import android.app.NotificationChannel;
import android.app.NotificationChannelGroup;
import android.app.NotificationManager;
import android.content.Context;
import android.content.pm.PackageManager;
import android.os.Build;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import org.json.JSONArray;
import org.json.JSONObject;

/** What an Android device says of itself. */
final class AndroidFacts implements Device.Facts {
  /** Of which the platform takes so many. */
  private static final int MAX_CHANNELS = 100;

  private final Context context;
  private final DeviceStore store;

  AndroidFacts(Context context, DeviceStore store) {
    this.context = context;
    this.store = store;
  }

  @Override
  public JSONObject said(State state) throws CallFailed {
    Permission permission = permission();
    List<String> muted = mutedChannels();
    return Json.of(
        "platform", "android",
        "provider", "fcm",
        "permission", permission.word(),
        "locale", Locale.getDefault().toLanguageTag(),
        "timeZone", TimeZone.getDefault().getID(),
        "appVersion", appVersion(),
        "osVersion", Build.VERSION.RELEASE,
        "model", Build.MODEL,
        // Who has switched on all that were off says so; who never switched one off has nothing to say.
        "mutedChannels", muted.isEmpty() && !state.hasToldChannels() ? null : new JSONArray(muted),
        // Where the device may show nothing, a token would be rung for nothing (R16).
        "token", permission == Permission.GRANTED ? store.token() : null);
  }

  Permission permission() {
    if (Build.VERSION.SDK_INT >= 33 && context.checkSelfPermission(Manifest.permission.POST_NOTIFICATIONS) != PackageManager.PERMISSION_GRANTED)
      return store.wasAsked() ? Permission.DENIED : Permission.NOT_ASKED;
    return Build.VERSION.SDK_INT < 24 || manager().areNotificationsEnabled() ? Permission.GRANTED : Permission.DENIED;
  }

  /** Whether a message on this channel would be seen. */
  boolean mayShowOn(String channelId) {
    return permission() == Permission.GRANTED && !mutedChannels().contains(channelId);
  }

  /** Channels that the person switched off, alone or with their group; in the order of their ids. */
  private List<String> mutedChannels() {
    List<String> muted = new ArrayList<>();
    if (Build.VERSION.SDK_INT < 26) return muted;
    for (NotificationChannel channel : manager().getNotificationChannels()) if (isMuted(channel)) muted.add(channel.getId());
    Collections.sort(muted);
    return muted.subList(0, Math.min(MAX_CHANNELS, muted.size()));
  }

  private boolean isMuted(NotificationChannel channel) {
    if (channel.getImportance() == NotificationManager.IMPORTANCE_NONE) return true;
    if (Build.VERSION.SDK_INT < 28 || channel.getGroup() == null) return false;
    NotificationChannelGroup group = manager().getNotificationChannelGroup(channel.getGroup());
    return group != null && group.isBlocked();
  }

  private String appVersion() {
    try {
      return context.getPackageManager().getPackageInfo(context.getPackageName(), 0).versionName;
    } catch (PackageManager.NameNotFoundException impossible) {
      return null; // the package that runs is there
    }
  }

  private NotificationManager manager() {
    return (NotificationManager) context.getSystemService(Context.NOTIFICATION_SERVICE);
  }
}
