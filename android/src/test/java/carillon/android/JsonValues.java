package carillon.android;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.json.JSONArray;
import org.json.JSONObject;

/** org.json compares by identity: what it holds, as maps and lists. */
final class JsonValues {
  private JsonValues() {}

  static Object of(Object value) {
    if (value instanceof JSONObject) {
      Map<String, Object> map = new TreeMap<>();
      JSONObject object = (JSONObject) value;
      for (Iterator<String> names = object.keys(); names.hasNext(); ) {
        String name = names.next();
        map.put(name, of(object.opt(name)));
      }
      return map;
    }
    if (value instanceof JSONArray) {
      List<Object> list = new ArrayList<>();
      for (int at = 0; at < ((JSONArray) value).length(); at += 1) list.add(of(((JSONArray) value).opt(at)));
      return list;
    }
    return value == JSONObject.NULL ? "null" : value;
  }

  static List<Object> of(List<JSONObject> objects) {
    List<Object> list = new ArrayList<>();
    for (JSONObject object : objects) list.add(of((Object) object));
    return list;
  }
}
