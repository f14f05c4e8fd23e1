package carillon.android;

import java.io.IOException;
import org.json.JSONObject;

/** One installation of one app: the rules of docs/sdk-protocol.md, as libs/device has them. To be called on the library's thread. */
final class Installation {
  private final Settings settings;
  private final Device device;
  private final Receipts receipts;
  /** What the platform has last heard of the device in this process; null: nothing yet. */
  private String told;

  Installation(Settings settings, Device device, Receipts receipts) {
    this.settings = settings;
    this.device = device;
    this.receipts = receipts;
  }

  /** Starts the session of an installation that is registered, and reports receipts that have waited. Nothing is asked of the person. */
  void start() throws CallFailed, IOException {
    State state = state();
    if (state.installationId() != null) put(state, new JSONObject());
    receipts.flush();
  }

  JSONObject register(Registration registration) throws CallFailed, IOException {
    return put(state(), registration.said());
  }

  JSONObject changeUser(String externalId, String userToken) throws CallFailed, IOException {
    if (state().installationId() == null) put(state(), new JSONObject());
    State state = state().with("userToken", userToken);
    JSONObject answer = call(state, "PUT", "/user", Json.of("externalId", externalId), externalId);
    keep(state().with("externalId", externalId));
    return answer;
  }

  JSONObject detach() throws CallFailed, IOException {
    State state = state();
    JSONObject answer = call(state, "DELETE", "/user", null, state.externalId());
    keep(state().with("externalId", JSONObject.NULL).with("userToken", null));
    return answer;
  }

  JSONObject changeOwner(JSONObject change) throws CallFailed, IOException {
    State state = state();
    return call(state, "PATCH", "/user", change, state.externalId());
  }

  /** Whether the device would say something else of itself than it has said in this process, or has said nothing yet. */
  boolean hasNews() throws CallFailed {
    return !device.facts.said(state()).toString().equals(told);
  }

  /** What is kept, or a new beginning where the app belongs to another platform, or is another one, now. */
  State state() throws CallFailed {
    if (settings.url.isEmpty() || settings.app.isEmpty() || settings.key.isEmpty())
      throw new CallFailed("not_configured", 0, "Settings needs the address of a platform, an app and an sdk key");
    State state = device.store.state();
    if (state == null || !settings.url.equals(state.url()) || !settings.app.equals(state.app())) return State.of(settings);
    return state.with("key", settings.key);
  }

  private State keep(State state) throws IOException {
    device.store.keepState(state);
    return state;
  }

  private JSONObject put(State before, JSONObject registration) throws CallFailed, IOException {
    JSONObject said = device.facts.said(before);
    JSONObject body = Json.merged(said, registration);
    State state = before.installationId() == null ? before.with("installationId", device.ids.newId()) : before;
    keep(said.has("mutedChannels") ? state.with("hasToldChannels", true) : state);
    JSONObject answer = putOrBeginAnew(body);
    told = said.toString();
    return answer;
  }

  private JSONObject putOrBeginAnew(JSONObject body) throws CallFailed, IOException {
    State state = state();
    try {
      return registered(state, body);
    } catch (CallFailed refused) {
      // The platform does not know this device any more, or another one has its secret: it begins anew, and its token follows it (R12).
      if (!refused.error.code().equals("installation_secret_invalid")) throw refused;
      State anew = keep(state.with("installationId", device.ids.newId()).with("installationSecret", null));
      return registered(anew, Json.merged(body, Json.of("externalId", state.externalId())));
    }
  }

  private JSONObject registered(State state, JSONObject body) throws CallFailed, IOException {
    JSONObject answer = call(state, "PUT", "", body, state.externalId());
    State known = state().with("externalId", answer.opt("externalId"));
    String secret = Json.text(answer, "installationSecret");
    keep(secret == null ? known : known.with("installationSecret", secret));
    answer.remove("installationSecret");
    return answer;
  }

  /** A call about this installation. Where the platform wants a token of the user, or another one, the app is asked for it, once. */
  private JSONObject call(State state, String method, String path, JSONObject body, String user) throws CallFailed, IOException {
    if (state.installationId() == null) throw new CallFailed("not_registered", 0, "Call register() first");
    String whole = "/installations/" + state.installationId() + path;
    try {
      JSONObject answer = PlatformCall.call(device.connector, state, method, whole, body);
      if (path.equals("/user") && method.equals("PUT")) keep(state().with("userToken", state.userToken()));
      return answer;
    } catch (CallFailed refused) {
      String fresh = refused.error.code().startsWith("jwt_") && user != null ? freshToken(user) : null;
      if (fresh == null) throw refused;
      return PlatformCall.call(device.connector, keep(state().with("userToken", fresh)), method, whole, body);
    }
  }

  /** Null where the app has no way to one, or where that fails: the platform's refusal is then the answer. */
  private String freshToken(String user) {
    if (settings.userTokens == null) return null;
    try {
      return settings.userTokens.userToken(user);
    } catch (Exception failed) {
      return null;
    }
  }
}
