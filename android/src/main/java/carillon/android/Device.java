package carillon.android;

import org.json.JSONObject;

/** What the rules need of what they run on. */
final class Device {
  interface Clock {
    /** UNIX time, ms. */
    long now();
  }

  interface Ids {
    /** A random UUID. */
    String newId();
  }

  interface Facts {
    /** What the device says of itself now: platform, provider, permission, token, locale and so on. */
    JSONObject said(State state) throws CallFailed;
  }

  final DeviceStore store;
  final Facts facts;
  final Connector connector;
  final Clock clock;
  final Ids ids;

  Device(DeviceStore store, Facts facts, Connector connector, Clock clock, Ids ids) {
    this.store = store;
    this.facts = facts;
    this.connector = connector;
    this.clock = clock;
    this.ids = ids;
  }
}
