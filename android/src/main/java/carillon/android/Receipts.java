package carillon.android;

import android.content.Context;
import java.io.IOException;
import java.text.SimpleDateFormat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import org.json.JSONArray;
import org.json.JSONObject;

/** What this device says of messages: kept first and reported then, so that a device without a network loses none. */
final class Receipts {
  /** As many as the platform takes in a call. */
  private static final int AT_ONCE = 100;
  private static final long TAKEN_FOR_MS = 30L * 86_400_000;
  private static final long MAX_WAIT_MS = 3_600_000;

  private final DeviceStore store;
  private final Connector connector;
  private final Device.Clock clock;
  /** The platform wants to hear nothing before, ms. */
  private long quietUntil;

  Receipts(DeviceStore store, Connector connector, Device.Clock clock) {
    this.store = store;
    this.connector = connector;
    this.clock = clock;
  }

  /**
   * Keeps a receipt and reports all, for a part of the system that may run before the app has said anything. Answers when it is kept: the report goes on
   * without anybody who waits.
   */
  static Pending<Void> report(Context context, CarillonPart part, String kind, String action) {
    Receipts receipts = new Receipts(new DeviceStore(context), Connector.OF_ANDROID, System::currentTimeMillis);
    Pending<Void> kept =
        Calls.next(
            () -> {
              receipts.keep(part, kind, action);
              return null;
            });
    Calls.next(receipts::flush);
    return kept;
  }

  /** Nothing for a message that carries no proof. */
  void keep(CarillonPart part, String kind, String action) throws CallFailed, IOException {
    if (part.receipt == null) return;
    JSONObject receipt = Json.of("receipt", part.receipt, "kind", kind, "action", action, "at", iso().format(new Date(clock.now())));
    store.addReceipts(Collections.singletonList(receipt));
  }

  /**
   * Reports what waits, the oldest first. Answers whether nothing is left to be tried again. A receipt that the platform refuses is dropped: the same again
   * would be refused again. To be called on the library's thread.
   */
  boolean flush() throws CallFailed, IOException {
    State state = store.state();
    if (state == null) return true;
    for (; ; ) {
      List<JSONObject> waiting = store.receipts();
      List<JSONObject> tooOld = tooOldOf(waiting);
      if (!tooOld.isEmpty()) store.removeReceipts(tooOld);
      waiting.removeAll(tooOld);
      if (waiting.isEmpty()) return true;
      if (clock.now() < quietUntil) return false;
      List<JSONObject> told = waiting.subList(0, Math.min(AT_ONCE, waiting.size()));
      if (!isHeard(state, told)) return false;
      store.removeReceipts(told);
    }
  }

  private boolean isHeard(State state, List<JSONObject> receipts) {
    try {
      PlatformCall answer = PlatformCall.post(connector, state, "/receipts", new JSONArray(receipts).toString());
      boolean isHeard = answer.status != 408 && answer.status != 429 && answer.status < 500;
      if (!isHeard) quietUntil = clock.now() + Math.min(MAX_WAIT_MS, answer.retryAfterMs);
      return isHeard;
    } catch (IOException nobody) {
      return false;
    }
  }

  private List<JSONObject> tooOldOf(List<JSONObject> receipts) {
    String oldest = iso().format(new Date(clock.now() - TAKEN_FOR_MS));
    List<JSONObject> tooOld = new ArrayList<>();
    for (JSONObject receipt : receipts) if (receipt.optString("at").compareTo(oldest) < 0) tooOld.add(receipt);
    return tooOld;
  }

  private static SimpleDateFormat iso() {
    SimpleDateFormat format = new SimpleDateFormat("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT);
    format.setTimeZone(TimeZone.getTimeZone("UTC"));
    return format;
  }
}
