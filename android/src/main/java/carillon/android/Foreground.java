package carillon.android;

import android.app.Activity;
import android.app.Application;
import android.os.Bundle;

/** Tells when the app comes before a person's eyes. A process that was started for a push alone is no start of the app: a broadcast would have every phone call. */
final class Foreground implements Application.ActivityLifecycleCallbacks {
  private final Runnable resumed;

  Foreground(Runnable resumed) {
    this.resumed = resumed;
  }

  @Override
  public void onActivityResumed(Activity activity) {
    if (!(activity instanceof OpenedActivity)) resumed.run();
  }

  @Override
  public void onActivityCreated(Activity activity, Bundle saved) {}

  @Override
  public void onActivityStarted(Activity activity) {}

  @Override
  public void onActivityPaused(Activity activity) {}

  @Override
  public void onActivityStopped(Activity activity) {}

  @Override
  public void onActivitySaveInstanceState(Activity activity, Bundle state) {}

  @Override
  public void onActivityDestroyed(Activity activity) {}
}
