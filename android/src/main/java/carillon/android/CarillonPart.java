package carillon.android;

import android.content.Intent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.json.JSONArray;
import org.json.JSONObject;

/** The platform's part of a message: JSON in a text of its data. */
final class CarillonPart {
  static final String NAME = "carillon";
  /** Android shows three. */
  private static final int MAX_ACTIONS = 3;

  /** A button. */
  static final class Action {
    final String id;
    final String title;
    /** Null where it leads where the message leads. */
    final String link;

    private Action(String id, String title, String link) {
      this.id = id;
      this.title = title;
      this.link = link;
    }
  }

  final String text;
  final String send;
  /** Null for a message that carries no proof. */
  final String receipt;
  /** Where a tap leads; null: to the app. */
  final String link;

  private final JSONArray actions;

  private CarillonPart(String text, JSONObject part) {
    this.text = text;
    send = Json.text(part, "send");
    receipt = Json.text(part, "receipt");
    link = Json.text(part, "link");
    actions = part.optJSONArray("actions");
  }

  /** Null for a message of somebody else. */
  static CarillonPart of(Map<String, String> data) {
    return data == null ? null : of(data.get(NAME));
  }

  /** Of an intent that carries a message's data, as those of taps do. */
  static CarillonPart of(Intent intent) {
    return intent == null ? null : of(intent.getStringExtra(NAME));
  }

  private static CarillonPart of(String text) {
    JSONObject part = Json.parsed(text);
    return part == null || Json.text(part, "send") == null ? null : new CarillonPart(text, part);
  }

  List<Action> actions() {
    List<Action> read = new ArrayList<>();
    for (int at = 0; actions != null && at < actions.length() && read.size() < MAX_ACTIONS; at += 1) {
      JSONObject action = actions.optJSONObject(at);
      String id = action == null ? null : Json.text(action, "id");
      String title = action == null ? null : Json.text(action, "title");
      if (id != null && title != null) read.add(new Action(id, title, Json.text(action, "link")));
    }
    return read;
  }
}
