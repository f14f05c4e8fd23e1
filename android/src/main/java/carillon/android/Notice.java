package carillon.android;

/** What a person is to see of a message: what {@code RemoteMessage.getNotification()} has. Each part may be null. */
public final class Notice {
  final String title;
  final String body;
  final String channelId;

  public Notice(String title, String body, String channelId) {
    this.title = title;
    this.body = body;
    this.channelId = channelId;
  }

  boolean isEmpty() {
    return isEmpty(title) && isEmpty(body);
  }

  private static boolean isEmpty(String text) {
    return text == null || text.isEmpty();
  }
}
