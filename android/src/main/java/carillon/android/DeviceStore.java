package carillon.android;

import android.content.Context;
import android.util.AtomicFile;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.json.JSONArray;
import org.json.JSONObject;

/**
 * Three files where no backup takes them to another device: the state, the receipts that wait, and what is this device's whatever app of the platform it
 * registers with. A file is written whole or not at all. What cannot be read is as good as nothing: a device begins anew.
 */
final class DeviceStore {
  /** More than a device shows in a month. */
  static final int MAX_RECEIPTS = 1_000;

  /** A push is kept on the thread that brings it, while others are reported on the library's. */
  private static final Object RECEIPTS = new Object();

  private final Context context;

  DeviceStore(Context context) {
    this.context = context;
  }

  /** Null where nothing was kept yet. */
  State state() {
    JSONObject fields = read("state");
    return fields == null ? null : new State(fields);
  }

  void keepState(State state) throws IOException {
    write("state", state.fields());
  }

  /** The token of now; null before the system gave one. */
  String token() {
    JSONObject device = read("device");
    return device == null ? null : Json.text(device, "token");
  }

  void keepToken(String token) throws IOException, CallFailed {
    keepOfDevice("token", token);
  }

  /** Whether the system's dialog was shown to the person. */
  boolean wasAsked() {
    JSONObject device = read("device");
    return device != null && device.optBoolean("wasAsked");
  }

  void keepAsked() throws IOException, CallFailed {
    keepOfDevice("wasAsked", true);
  }

  /** The oldest first. */
  List<JSONObject> receipts() {
    List<JSONObject> kept = new ArrayList<>();
    JSONObject file;
    synchronized (RECEIPTS) {
      file = read("receipts");
    }
    JSONArray list = file == null ? null : file.optJSONArray("receipts");
    for (int at = 0; list != null && at < list.length(); at += 1) {
      JSONObject receipt = list.optJSONObject(at);
      if (receipt != null) kept.add(receipt);
    }
    return kept;
  }

  /** Behind those before; of too many, the oldest go. */
  void addReceipts(List<JSONObject> added) throws IOException, CallFailed {
    synchronized (RECEIPTS) {
      List<JSONObject> all = receipts();
      all.addAll(added);
      writeReceipts(all.subList(Math.max(0, all.size() - MAX_RECEIPTS), all.size()));
    }
  }

  void removeReceipts(List<JSONObject> gone) throws IOException, CallFailed {
    Set<String> texts = new HashSet<>();
    for (JSONObject receipt : gone) texts.add(receipt.toString());
    synchronized (RECEIPTS) {
      List<JSONObject> left = new ArrayList<>();
      for (JSONObject receipt : receipts()) if (!texts.contains(receipt.toString())) left.add(receipt);
      writeReceipts(left);
    }
  }

  private void writeReceipts(List<JSONObject> receipts) throws IOException, CallFailed {
    write("receipts", Json.of("receipts", new JSONArray(receipts)));
  }

  private void keepOfDevice(String name, Object value) throws IOException, CallFailed {
    JSONObject device = read("device");
    JSONObject changed = device == null ? new JSONObject() : device;
    Json.put(changed, name, value);
    write("device", changed);
  }

  private JSONObject read(String name) {
    try {
      return Json.parsed(new String(file(name).readFully(), StandardCharsets.UTF_8));
    } catch (IOException nothing) {
      return null;
    }
  }

  private void write(String name, JSONObject content) throws IOException {
    AtomicFile file = file(name);
    FileOutputStream stream = file.startWrite();
    try {
      stream.write(content.toString().getBytes(StandardCharsets.UTF_8));
      file.finishWrite(stream);
    } catch (IOException full) {
      file.failWrite(stream);
      throw full;
    }
  }

  private AtomicFile file(String name) throws IOException {
    File folder = new File(context.getNoBackupFilesDir(), "carillon");
    if (!folder.isDirectory() && !folder.mkdirs()) throw new IOException("No folder " + folder);
    return new AtomicFile(new File(folder, name + ".json"));
  }
}
