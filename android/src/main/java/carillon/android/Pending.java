package carillon.android;

import android.os.Handler;
import android.os.Looper;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A call that goes out in its turn. Nobody needs to look at it: it goes out all the same. */
public final class Pending<T> {
  private final CountDownLatch settled = new CountDownLatch(1);
  private final List<Callback<T>> callbacks = new ArrayList<>();
  private Answer<T> answer;

  /** Calls back on the main thread when the call has ended, at once where it has. */
  public Pending<T> whenDone(Callback<T> callback) {
    if (callback == null) return this;
    synchronized (this) {
      if (answer == null) {
        callbacks.add(callback);
        return this;
      }
    }
    tell(callback);
    return this;
  }

  /**
   * Waits for the end, for {@code ms} at most. For threads of the app's own; on the main thread, and on the library's, nothing is waited for. The error is
   * {@code not_yet} where the call goes on.
   */
  public Answer<T> await(long ms) {
    boolean mayWait = Looper.myLooper() != Looper.getMainLooper() && !Calls.isOwnThread();
    return settled(mayWait ? ms : 0);
  }

  Answer<T> settled(long ms) {
    try {
      if (settled.await(ms, TimeUnit.MILLISECONDS)) return answer;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return Answer.failed(new CarillonError("not_yet", 0, "The call goes on"));
  }

  void settle(Answer<T> ended) {
    List<Callback<T>> waiting;
    synchronized (this) {
      answer = ended;
      waiting = new ArrayList<>(callbacks);
      callbacks.clear();
    }
    settled.countDown();
    for (Callback<T> callback : waiting) tell(callback);
  }

  private void tell(Callback<T> callback) {
    new Handler(Looper.getMainLooper()).post(() -> callback.done(answer));
  }
}
