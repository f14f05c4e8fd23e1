package carillon.android;

/** What an app says of itself, once. */
public final class Settings {
  /** Gets a fresh JWT for the user from the app's backend. It is called on the library's thread, so that it may wait, when the platform wants one, or another. */
  public interface UserTokens {
    String userToken(String externalId) throws Exception;
  }

  final String url;
  final String app;
  final String key;
  UserTokens userTokens;
  int smallIcon;
  String channelId = "messages";
  String channelName = "Messages";
  boolean showsMessages = true;

  /**
   * @param url where the platform is, such as {@code https://push.example.com}
   * @param key an sdk key: it is public. A server key has no place on a device
   */
  public Settings(String url, String app, String key) {
    this.url = url == null ? "" : url.replaceAll("/+$", "");
    this.app = app == null ? "" : app;
    this.key = key == null ? "" : key;
  }

  public Settings userTokens(UserTokens source) {
    userTokens = source;
    return this;
  }

  /** A drawable of the app, white on transparent; the app's icon unless said. */
  public Settings smallIcon(int drawable) {
    smallIcon = drawable;
    return this;
  }

  /** The channel of messages that name none, or one that the app has not made; {@code messages}, "Messages" unless said. */
  public Settings channel(String id, String name) {
    if (id != null && name != null) {
      channelId = id;
      channelName = name;
    }
    return this;
  }

  /** False for an app that shows its messages itself; they are then not reported as displayed. */
  public Settings showsMessages(boolean shows) {
    showsMessages = shows;
    return this;
  }
}
