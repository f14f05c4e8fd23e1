package shop;

import carillon.android.Carillon;
import carillon.android.Notice;
import com.google.firebase.messaging.FirebaseMessagingService;
import com.google.firebase.messaging.RemoteMessage;

public class ShopMessagingService extends FirebaseMessagingService {
  private Carillon carillon() {
    return ((ShopApp) getApplication()).carillon;
  }

  @Override
  public void onNewToken(String token) {
    carillon().onNewToken(token);
  }

  @Override
  public void onMessageReceived(RemoteMessage message) {
    RemoteMessage.Notification seen = message.getNotification(); // null for a message of data alone
    if (seen == null) carillon().onMessageReceived(message.getData());
    else carillon().onMessageReceived(message.getData(), new Notice(seen.getTitle(), seen.getBody(), seen.getChannelId()));
  }
}
