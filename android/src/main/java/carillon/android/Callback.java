package carillon.android;

/** Hears how a call ended, on the main thread. */
public interface Callback<T> {
  void done(Answer<T> answer);
}
