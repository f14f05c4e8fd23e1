package carillon.android;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import org.json.JSONObject;

/** One request and its answer. */
final class PlatformCall {
  private static final int CONNECT_MS = 15_000;
  private static final int READ_MS = 30_000;
  /** What the platform answers is far less. */
  private static final int MAX_ANSWER_BYTES = 1 << 20;

  final int status;
  /** Empty where the answer was no JSON. */
  final JSONObject body;
  /** Of {@code Retry-After}, ms; 0 where the platform named none. */
  final long retryAfterMs;

  private PlatformCall(int status, JSONObject body, long retryAfterMs) {
    this.status = status;
    this.body = body;
    this.retryAfterMs = retryAfterMs;
  }

  /** A call of the installation that the state names, with all that proves it. {@code path} is below the app's. */
  static JSONObject call(Connector connector, State state, String method, String path, JSONObject body) throws CallFailed {
    String[] headers = {
      "authorization", "Bearer " + state.key(), "x-installation-secret", state.installationSecret(), "x-user-token", state.userToken(),
    };
    String text = body == null ? null : body.toString();
    if (body != null && text == null) throw new CallFailed("bad_value", 0, "The values hold something that JSON cannot say");
    PlatformCall answer;
    try {
      answer = send(connector, method, address(state, path), text, headers);
    } catch (IOException nobody) {
      throw new CallFailed("network", 0, "Nobody answers at " + state.url());
    }
    if (answer.status >= 200 && answer.status < 300) return answer.body;
    String code = Json.text(answer.body, "code");
    throw new CallFailed(code == null ? "unknown" : code, answer.status, Json.text(answer.body, "detail"));
  }

  /** Without a key, for what proves itself. */
  static PlatformCall post(Connector connector, State state, String path, String body) throws IOException {
    return send(connector, "POST", address(state, path), body);
  }

  private static String address(State state, String path) {
    return state.url() + "/v1/apps/" + state.app() + path;
  }

  /** {@code headers}: names and values in turn; one that is null is left out. */
  private static PlatformCall send(Connector connector, String method, String url, String body, String... headers) throws IOException {
    HttpURLConnection connection = connector.open(url, method);
    try {
      connection.setConnectTimeout(CONNECT_MS);
      connection.setReadTimeout(READ_MS);
      connection.setUseCaches(false);
      connection.setInstanceFollowRedirects(false); // the proofs of a device are for nobody else
      connection.setRequestProperty("accept", "application/json");
      for (int at = 0; at < headers.length; at += 2) {
        if (headers[at + 1] != null) connection.setRequestProperty(headers[at], headers[at + 1]);
      }
      if (body != null) {
        connection.setDoOutput(true);
        connection.setRequestProperty("content-type", "application/json");
        try (OutputStream out = connection.getOutputStream()) {
          out.write(body.getBytes(StandardCharsets.UTF_8));
        }
      }
      int status = connection.getResponseCode();
      if (status < 0) throw new IOException("No HTTP");
      JSONObject said = Json.parsed(textOf(status < 400 ? connection.getInputStream() : connection.getErrorStream()));
      return new PlatformCall(status, said == null ? new JSONObject() : said, msOf(connection.getHeaderField("retry-after")));
    } catch (RuntimeException odd) {
      throw new IOException(odd); // such as an address that no request can be made of
    } finally {
      connection.disconnect();
    }
  }

  private static String textOf(InputStream stream) throws IOException {
    if (stream == null) return "";
    try (InputStream in = stream) {
      ByteArrayOutputStream read = new ByteArrayOutputStream();
      byte[] part = new byte[8_192];
      for (int count = in.read(part); count >= 0 && read.size() < MAX_ANSWER_BYTES; count = in.read(part)) read.write(part, 0, count);
      return new String(read.toByteArray(), StandardCharsets.UTF_8);
    }
  }

  private static long msOf(String seconds) {
    return seconds != null && seconds.matches("\\d{1,6}") ? Long.parseLong(seconds) * 1_000 : 0;
  }
}
