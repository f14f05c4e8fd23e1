package carillon.android;

import java.io.IOException;
import java.lang.reflect.Field;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URL;

/** Connects as Android does, which desktop Java cannot wholly: it has no PATCH. And not at all while there is no network. */
final class TestConnector implements Connector {
  boolean isOffline;

  @Override
  public HttpURLConnection open(String url, String method) throws IOException {
    if (isOffline) throw new ConnectException("Network is unreachable");
    HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
    try {
      Field field = HttpURLConnection.class.getDeclaredField("method");
      field.setAccessible(true);
      field.set(connection, method);
    } catch (ReflectiveOperationException closed) {
      throw new IllegalStateException(closed);
    }
    return connection;
  }
}
