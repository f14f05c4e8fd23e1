package carillon.android;

import java.util.Locale;

/** Whether this device may show notifications of the app. Up to Android 12 nobody is asked: it is granted until the person takes it back. */
public enum Permission {
  GRANTED,
  DENIED,
  NOT_ASKED;

  /** As the platform says it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
