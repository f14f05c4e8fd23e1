package carillon.android;

import android.content.BroadcastReceiver;
import android.content.Context;
import android.content.Intent;

/** Hears that a notification of ours was swiped away. It is for the system alone. */
public final class DismissedReceiver extends BroadcastReceiver {
  @Override
  public void onReceive(Context context, Intent intent) {
    try {
      CarillonPart part = CarillonPart.of(intent);
      if (part != null) Receipts.report(context.getApplicationContext(), part, "dismissed", null);
    } catch (RuntimeException broken) {
      // An intent that cannot be read: nothing to report.
    }
  }
}
