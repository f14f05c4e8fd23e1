package carillon.android;

import android.app.Notification;
import android.app.NotificationChannel;
import android.app.NotificationManager;
import android.app.PendingIntent;
import android.content.Context;
import android.content.Intent;
import android.net.Uri;
import android.os.Build;
import android.os.Bundle;
import java.util.Map;

/** Shows messages, and has taps and swipes come back to be reported. */
final class NotificationTray {
  static final String ACTION = "carillon.action";
  static final String LINK = "carillon.link";
  static final String DATA = "carillon.data";

  private static final int FLAGS = PendingIntent.FLAG_UPDATE_CURRENT | PendingIntent.FLAG_IMMUTABLE;

  private final Context context;
  private final Settings settings;
  private final AndroidFacts facts;

  NotificationTray(Context context, Settings settings, AndroidFacts facts) {
    this.context = context;
    this.settings = settings;
    this.facts = facts;
  }

  /** Answers whether a person can see it. The same message again takes its own place. */
  boolean show(CarillonPart part, Notice notice, Map<String, String> data) {
    String channel = channelOf(notice);
    if (!facts.mayShowOn(channel)) return false;
    manager().notify(part.send, 0, built(part, notice, channel, data));
    return true;
  }

  private Notification built(CarillonPart part, Notice notice, String channel, Map<String, String> data) {
    Notification.Builder builder =
        Build.VERSION.SDK_INT >= 26 ? new Notification.Builder(context, channel) : new Notification.Builder(context);
    builder
        .setSmallIcon(smallIcon())
        .setContentTitle(notice.title)
        .setContentText(notice.body)
        .setStyle(new Notification.BigTextStyle().bigText(notice.body))
        .setAutoCancel(true)
        .setContentIntent(PendingIntent.getActivity(context, 0, intent(OpenedActivity.class, part, null, part.link, data), FLAGS))
        .setDeleteIntent(PendingIntent.getBroadcast(context, 0, intent(DismissedReceiver.class, part, null, null, data), FLAGS));
    for (CarillonPart.Action action : part.actions()) {
      String link = action.link == null ? part.link : action.link;
      PendingIntent tap = PendingIntent.getActivity(context, 0, intent(OpenedActivity.class, part, action.id, link, data), FLAGS);
      builder.addAction(new Notification.Action.Builder(null, action.title, tap).build());
    }
    return builder.build();
  }

  private Intent intent(Class<?> target, CarillonPart part, String action, String link, Map<String, String> data) {
    Bundle texts = new Bundle();
    for (Map.Entry<String, String> entry : data.entrySet()) texts.putString(entry.getKey(), entry.getValue());
    texts.remove(CarillonPart.NAME);
    return new Intent(context, target)
        // Two intents are one to the system unless they differ in more than their extras.
        .setData(Uri.fromParts(CarillonPart.NAME, part.receipt == null ? part.send : part.receipt, action))
        .putExtra(CarillonPart.NAME, part.text)
        .putExtra(ACTION, action)
        .putExtra(LINK, link)
        .putExtra(DATA, texts);
  }

  /** The system drops a message on a channel that the app has not made. */
  private String channelOf(Notice notice) {
    if (Build.VERSION.SDK_INT < 26) return settings.channelId;
    if (notice.channelId != null && manager().getNotificationChannel(notice.channelId) != null) return notice.channelId;
    // Made again it stays as the person has set it.
    manager().createNotificationChannel(new NotificationChannel(settings.channelId, settings.channelName, NotificationManager.IMPORTANCE_DEFAULT));
    return settings.channelId;
  }

  private int smallIcon() {
    if (settings.smallIcon != 0) return settings.smallIcon;
    int own = context.getApplicationInfo().icon;
    return own != 0 ? own : android.R.drawable.ic_dialog_info;
  }

  private NotificationManager manager() {
    return (NotificationManager) context.getSystemService(Context.NOTIFICATION_SERVICE);
  }
}
