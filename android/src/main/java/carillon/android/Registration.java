package carillon.android;

import java.util.Collection;
import java.util.Map;
import org.json.JSONException;
import org.json.JSONObject;

/** What may be said of an installation besides what the device says; the platform leaves out, and names, what an sdk key may not write. */
public final class Registration {
  private final JSONObject said = new JSONObject();

  public Registration tags(Collection<String> tags) {
    return with("tags", tags);
  }

  public Registration attributes(Map<String, ?> attributes) {
    return with("attributes", attributes);
  }

  /** What the package says unless said. */
  public Registration appVersion(String version) {
    return with("appVersion", version);
  }

  JSONObject said() {
    return said;
  }

  private Registration with(String name, Object value) {
    try {
      if (value != null) said.put(name, JSONObject.wrap(value));
    } catch (JSONException impossible) {
      throw new IllegalStateException(impossible); // put refuses numbers that are not finite, of which there are none at this level
    }
    return this;
  }
}
