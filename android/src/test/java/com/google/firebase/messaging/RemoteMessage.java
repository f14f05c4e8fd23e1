package com.google.firebase.messaging;

import java.util.Map;

/** Stands in for Firebase's class of that name. */
public class RemoteMessage {
  private final Map<String, String> data;
  private final Notification notification;

  public RemoteMessage(Map<String, String> data, Notification notification) {
    this.data = data;
    this.notification = notification;
  }

  public Map<String, String> getData() {
    return data;
  }

  public Notification getNotification() {
    return notification;
  }

  public static class Notification {
    private final String title;
    private final String body;
    private final String channelId;

    public Notification(String title, String body, String channelId) {
      this.title = title;
      this.body = body;
      this.channelId = channelId;
    }

    public String getTitle() {
      return title;
    }

    public String getBody() {
      return body;
    }

    public String getChannelId() {
      return channelId;
    }
  }
}
