package carillon.android;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;

/** Makes a connection that is not connected yet. */
interface Connector {
  HttpURLConnection open(String url, String method) throws IOException;

  Connector OF_ANDROID =
      (url, method) -> {
        HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
        connection.setRequestMethod(method); // Android's knows PATCH
        return connection;
      };
}
