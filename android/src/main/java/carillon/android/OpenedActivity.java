package carillon.android;

import android.app.Activity;
import android.app.NotificationManager;
import android.content.Context;
import android.content.Intent;
import android.net.Uri;
import android.os.Bundle;

/** Where taps on our notifications arrive: reports them, leads on, and is gone. It is for the system alone. */
public final class OpenedActivity extends Activity {
  @Override
  protected void onCreate(Bundle saved) {
    super.onCreate(saved);
    try {
      CarillonPart part = saved == null ? CarillonPart.of(getIntent()) : null;
      if (part != null) opened(part, getIntent());
    } catch (RuntimeException broken) {
      // An intent that cannot be read: nothing to report, and nowhere to go.
    } finally {
      finish();
    }
  }

  private void opened(CarillonPart part, Intent intent) {
    String action = intent.getStringExtra(NotificationTray.ACTION);
    Receipts.report(getApplicationContext(), part, action == null ? "opened" : "action", action);
    // A button leaves its notification where it is, unless somebody takes it away.
    ((NotificationManager) getSystemService(Context.NOTIFICATION_SERVICE)).cancel(part.send, 0);
    follow(intent.getStringExtra(NotificationTray.LINK), intent.getBundleExtra(NotificationTray.DATA));
  }

  /** To the app's own page of that link, else to whoever opens it, else to the app. */
  private void follow(String link, Bundle data) {
    if (link != null) {
      Intent view = new Intent(Intent.ACTION_VIEW, Uri.parse(link));
      if (started(withData(new Intent(view).setPackage(getPackageName()), data)) || started(view)) return;
    }
    Intent app = getPackageManager().getLaunchIntentForPackage(getPackageName());
    if (app != null) started(withData(app, data));
  }

  /** The app gets the message's data as it does when the system has shown the message. */
  private static Intent withData(Intent intent, Bundle data) {
    return data == null ? intent : intent.putExtras(data);
  }

  private boolean started(Intent intent) {
    try {
      startActivity(intent.addFlags(Intent.FLAG_ACTIVITY_NEW_TASK));
      return true;
    } catch (RuntimeException nobody) {
      return false; // nobody opens such a link, or it may not be opened
    }
  }
}
