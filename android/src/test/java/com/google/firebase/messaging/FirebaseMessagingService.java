package com.google.firebase.messaging;

import android.app.Service;
import android.content.Intent;
import android.os.IBinder;

/** Stands in for Firebase's class of that name: the sample of the README compiles against it. */
public class FirebaseMessagingService extends Service {
  public void onNewToken(String token) {}

  public void onMessageReceived(RemoteMessage message) {}

  @Override
  public IBinder onBind(Intent intent) {
    return null;
  }
}
