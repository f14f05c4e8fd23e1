package carillon.android;

/** Carries an error to whoever waits for the answer; it never leaves the library. */
final class CallFailed extends Exception {
  private static final long serialVersionUID = 1L;

  final transient CarillonError error;

  CallFailed(String code, int status, String detail) {
    super(code);
    error = new CarillonError(code, status, detail);
  }
}
