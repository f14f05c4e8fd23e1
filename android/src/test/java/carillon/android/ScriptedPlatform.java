package carillon.android;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.json.JSONException;
import org.json.JSONObject;
import org.json.JSONTokener;

/** A platform that answers what it was told to, in turn, then 200 to everything; it writes down what it was asked. */
final class ScriptedPlatform implements AutoCloseable {
  static final String APP = "shop";
  static final String KEY = "sdk-key";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<JSONObject> asked = Collections.synchronizedList(new ArrayList<>());
  private final Queue<Reply> replies = new ArrayDeque<>();

  private static final class Reply {
    final int status;
    final String body;
    final String[] headers;

    Reply(int status, String body, String... headers) {
      this.status = status;
      this.body = body;
      this.headers = headers;
    }
  }

  ScriptedPlatform() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  Settings settings() {
    return new Settings(url() + "/", APP, KEY);
  }

  /** {@code headers}: names and values in turn. */
  synchronized ScriptedPlatform reply(int status, String body, String... headers) {
    replies.add(new Reply(status, body, headers));
    return this;
  }

  /** As the vectors write requests: method, path below the app's, headers that prove something, body; {@code public} without the key. */
  List<JSONObject> asked() {
    return new ArrayList<>(asked);
  }

  List<String> calls() throws JSONException {
    List<String> calls = new ArrayList<>();
    for (JSONObject request : asked()) calls.add(request.getString("method") + " " + request.getString("path"));
    return calls;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (HttpExchange open = exchange) {
      asked.add(requestOf(open));
      Reply reply = next();
      for (int at = 0; at < reply.headers.length; at += 2) open.getResponseHeaders().add(reply.headers[at], reply.headers[at + 1]);
      byte[] body = reply.body.getBytes(StandardCharsets.UTF_8);
      open.sendResponseHeaders(reply.status, body.length == 0 ? -1 : body.length);
      open.getResponseBody().write(body);
    } catch (JSONException odd) {
      throw new IOException(odd);
    }
  }

  private synchronized Reply next() {
    Reply reply = replies.poll();
    return reply == null ? new Reply(200, "{}") : reply;
  }

  private static JSONObject requestOf(HttpExchange exchange) throws IOException, JSONException {
    JSONObject headers = new JSONObject();
    for (String name : new String[] {"X-Installation-Secret", "X-User-Token"}) {
      String value = exchange.getRequestHeaders().getFirst(name);
      if (value != null) headers.put(name, value);
    }
    JSONObject request = new JSONObject();
    request.put("method", exchange.getRequestMethod());
    request.put("path", exchange.getRequestURI().getPath().replace("/v1/apps/" + APP, ""));
    request.put("headers", headers);
    String key = exchange.getRequestHeaders().getFirst("Authorization");
    if (key == null) request.put("public", true);
    else if (!key.equals("Bearer " + KEY)) request.put("key", key);
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    if (!body.isEmpty()) request.put("body", new JSONTokener(body).nextValue());
    return request;
  }
}
