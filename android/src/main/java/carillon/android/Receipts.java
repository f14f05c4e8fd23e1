package carillon.android;

import android.content.Context;
import java.io.IOException;
import java.text.SimpleDateFormat;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import org.json.JSONArray;
import org.json.JSONObject;

/** What this device says of messages: kept first and reported then, so that a device without a network loses none. To be called on the library's thread. */
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

  /** Keeps a receipt and reports all, for a part of the system that may run before the app has said anything. */
  static Pending<Boolean> report(Context context, CarillonPart part, String kind, String action) {
    return Calls.next(
        () -> {
          Receipts receipts = new Receipts(new DeviceStore(context), Connector.OF_ANDROID, System::currentTimeMillis);
          receipts.keep(part, kind, action);
          return receipts.flush();
        });
  }

  /** Nothing for a message that carries no proof. */
  void keep(CarillonPart part, String kind, String action) throws CallFailed, IOException {
    if (part.receipt == null) return;
    List<JSONObject> kept = store.receipts();
    kept.add(Json.of("receipt", part.receipt, "kind", kind, "action", action, "at", iso().format(new Date(clock.now()))));
    store.keepReceipts(kept);
  }

  /**
   * Reports what waits, the oldest first. Answers whether nothing is left to be tried again. A receipt that the platform refuses is dropped: the same again
   * would be refused again.
   */
  boolean flush() throws CallFailed, IOException {
    State state = store.state();
    if (state == null) return true;
    for (; ; ) {
      List<JSONObject> all = store.receipts();
      List<JSONObject> waiting = takenStill(all);
      if (waiting.size() < all.size()) store.keepReceipts(waiting);
      if (waiting.isEmpty()) return true;
      if (clock.now() < quietUntil) return false;
      int count = Math.min(AT_ONCE, waiting.size());
      if (!isHeard(state, waiting.subList(0, count))) return false;
      store.keepReceipts(waiting.subList(count, waiting.size()));
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

  private List<JSONObject> takenStill(List<JSONObject> receipts) {
    String oldest = iso().format(new Date(clock.now() - TAKEN_FOR_MS));
    List<JSONObject> still = new ArrayList<>();
    for (JSONObject receipt : receipts) if (receipt.optString("at").compareTo(oldest) >= 0) still.add(receipt);
    return still;
  }

  private static SimpleDateFormat iso() {
    SimpleDateFormat format = new SimpleDateFormat("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT);
    format.setTimeZone(TimeZone.getTimeZone("UTC"));
    return format;
  }
}
