package carillon.android;

import org.json.JSONObject;

/** What a device keeps between starts, under the names that docs/sdk-protocol.md has. It does not change: each change makes another. */
final class State {
  private final JSONObject fields;

  State(JSONObject fields) {
    this.fields = fields;
  }

  /** A new beginning. */
  static State of(Settings settings) throws CallFailed {
    return new State(Json.of("url", settings.url, "app", settings.app, "key", settings.key));
  }

  String url() {
    return Json.text(fields, "url");
  }

  String app() {
    return Json.text(fields, "app");
  }

  String key() {
    return Json.text(fields, "key");
  }

  /** Our own id of this device; null before its first registration. */
  String installationId() {
    return Json.text(fields, "installationId");
  }

  /** Proves the installation; the platform hands it out once. */
  String installationSecret() {
    return Json.text(fields, "installationSecret");
  }

  /** Who is logged in; null: nobody we know. */
  String externalId() {
    return Json.text(fields, "externalId");
  }

  /** The last JWT that the app gave for that user. */
  String userToken() {
    return Json.text(fields, "userToken");
  }

  /** Whether the platform was ever told of a channel that the person switched off: it then has to hear of none as well. */
  boolean hasToldChannels() {
    return fields.optBoolean("hasToldChannels");
  }

  State with(String name, Object value) throws CallFailed {
    JSONObject changed = Json.merged(fields, new JSONObject());
    Json.put(changed, name, value);
    return new State(changed);
  }

  JSONObject fields() {
    return fields;
  }
}
