package carillon.android;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The one thread of the library in its process: everything that takes time happens there, one after the other, in the order in which it was asked for. */
final class Calls {
  private static final String NAME = "carillon";
  /** A device without a network works off a call in its deadline; whoever asks for more meanwhile hears so. */
  private static final int MAX_WAITING = 1_000;
  private static final ThreadPoolExecutor THREAD =
      new ThreadPoolExecutor(1, 1, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), Calls::newThread);

  static {
    THREAD.allowCoreThreadTimeOut(true);
  }

  private Calls() {}

  interface Work<T> {
    T done() throws Exception;
  }

  /** After everything that was asked for before. Nothing that goes wrong leaves this thread, other than as an answer. */
  static <T> Pending<T> next(Work<T> work) {
    Pending<T> pending = new Pending<>();
    try {
      THREAD.execute(() -> pending.settle(answerOf(work)));
    } catch (RejectedExecutionException full) {
      pending.settle(Answer.failed(new CarillonError("too_many_calls", 0, MAX_WAITING + " calls wait already")));
    }
    return pending;
  }

  /** On this thread, and at once. */
  static <T> Answer<T> here(Work<T> work) {
    return answerOf(work);
  }

  static boolean isOwnThread() {
    return NAME.equals(Thread.currentThread().getName());
  }

  private static <T> Answer<T> answerOf(Work<T> work) {
    try {
      return Answer.of(work.done());
    } catch (CallFailed failed) {
      return Answer.failed(failed.error);
    } catch (Throwable unexpected) {
      // Whatever a device comes up with, such as a full disk or no memory: its app goes on.
      return Answer.failed(new CarillonError("unexpected", 0, String.valueOf(unexpected)));
    }
  }

  private static Thread newThread(Runnable work) {
    Thread thread = new Thread(work, NAME);
    thread.setDaemon(true);
    return thread;
  }
}
