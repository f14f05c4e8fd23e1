package carillon.android;

import org.json.JSONException;
import org.json.JSONObject;

/** What org.json says by exceptions, said in the ways of this library. */
final class Json {
  private Json() {}

  /** An object of names and values in turn; a value that is null is left out. */
  static JSONObject of(Object... namesAndValues) throws CallFailed {
    JSONObject object = new JSONObject();
    for (int at = 0; at < namesAndValues.length; at += 2) put(object, (String) namesAndValues[at], namesAndValues[at + 1]);
    return object;
  }

  /** Null leaves it out, or takes it away. Fails with {@code bad_value} where JSON has no such value. */
  static void put(JSONObject object, String name, Object value) throws CallFailed {
    try {
      Object said = value == null ? null : JSONObject.wrap(value);
      if (value != null && said == null) throw new JSONException(name);
      object.put(name, said);
    } catch (JSONException bad) {
      throw new CallFailed("bad_value", 0, name + " is nothing that JSON can say");
    }
  }

  /** A copy of one with everything of the other laid over it. */
  static JSONObject merged(JSONObject one, JSONObject over) throws CallFailed {
    JSONObject both = new JSONObject();
    for (JSONObject part : new JSONObject[] {one, over}) {
      for (java.util.Iterator<String> names = part.keys(); names.hasNext(); ) {
        String name = names.next();
        put(both, name, part.opt(name));
      }
    }
    return both;
  }

  /** Null where the text is no object. */
  static JSONObject parsed(String text) {
    if (text == null) return null;
    try {
      return new JSONObject(text);
    } catch (JSONException broken) {
      return null;
    }
  }

  /** Null where there is no text of that name. */
  static String text(JSONObject object, String name) {
    Object value = object.opt(name);
    return value instanceof String ? (String) value : null;
  }
}
