package carillon.android;

import java.util.Locale;

/** The wish of a person, on all of their devices. */
public enum Subscription {
  SUBSCRIBED,
  OPTED_IN,
  UNSUBSCRIBED;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
