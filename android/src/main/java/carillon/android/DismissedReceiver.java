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
      if (part == null) return;
      PendingResult process = goAsync(); // the system keeps it alive until the receipt is kept; null where the system has not called
      Receipts.report(context.getApplicationContext(), part, "dismissed", null)
          .whenDone(
              kept -> {
                if (process != null) process.finish();
              });
    } catch (RuntimeException broken) {
      // An intent that cannot be read: nothing to report.
    }
  }
}
