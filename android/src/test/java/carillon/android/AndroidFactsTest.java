package carillon.android;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import android.app.NotificationChannel;
import android.app.NotificationChannelGroup;
import android.app.NotificationManager;
import android.os.Build;
import org.json.JSONObject;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.Shadows;
import org.robolectric.util.ReflectionHelpers;

@RunWith(RobolectricTestRunner.class)
public final class AndroidFactsTest {
  private final State nothingTold = new State(new JSONObject());
  private TestDevice phone;

  @Before
  public void setUp() {
    phone = new TestDevice();
  }

  @Test
  public void permissionOfAndroid13IsAskedFor() throws Exception {
    phone.permission(Permission.NOT_ASKED);
    assertEquals(Permission.NOT_ASKED, phone.facts.permission());
    phone.permission(Permission.DENIED);
    assertEquals(Permission.DENIED, phone.facts.permission());
    phone.permission(Permission.GRANTED);
    assertEquals(Permission.GRANTED, phone.facts.permission());
    Shadows.shadowOf(phone.notifications()).setNotificationsEnabled(false);
    assertEquals(Permission.DENIED, phone.facts.permission());
  }

  @Test
  public void permissionUpToAndroid12IsThereUntilThePersonTakesItBack() throws Exception {
    phone.permission(Permission.NOT_ASKED);
    ReflectionHelpers.setStaticField(Build.VERSION.class, "SDK_INT", 32);

    assertEquals(Permission.GRANTED, phone.facts.permission());
    Shadows.shadowOf(phone.notifications()).setNotificationsEnabled(false);
    assertEquals(Permission.DENIED, phone.facts.permission());
  }

  @Test
  public void aDeviceThatMayShowNothingSaysNoToken() throws Exception {
    phone.store.keepToken("token-1");
    phone.permission(Permission.NOT_ASKED);
    assertFalse(phone.facts.said(nothingTold).has("token"));
    phone.permission(Permission.GRANTED);
    assertEquals("token-1", phone.facts.said(nothingTold).get("token"));
  }

  @Test
  public void channelsThatThePersonSwitchedOffAreSaidAloneOrWithTheirGroup() throws Exception {
    NotificationManager manager = phone.notifications();
    assertFalse(phone.facts.said(nothingTold).has("mutedChannels"));
    NotificationChannelGroup group = new NotificationChannelGroup("shop", "Shop");
    ReflectionHelpers.callInstanceMethod(group, "setBlocked", ReflectionHelpers.ClassParameter.from(boolean.class, true));
    manager.createNotificationChannelGroup(group);
    NotificationChannel ofGroup = channel("sales", NotificationManager.IMPORTANCE_HIGH);
    ofGroup.setGroup("shop");
    manager.createNotificationChannel(ofGroup);
    manager.createNotificationChannel(channel("news", NotificationManager.IMPORTANCE_NONE));
    manager.createNotificationChannel(channel("orders", NotificationManager.IMPORTANCE_LOW));

    assertEquals("[\"news\",\"sales\"]", phone.facts.said(nothingTold).get("mutedChannels").toString());
  }

  @Test
  public void switchingOnAllThatWereOffIsSaidToo() throws Exception {
    State told = nothingTold.with("hasToldChannels", true);

    assertEquals("[]", phone.facts.said(told).get("mutedChannels").toString());
  }

  private static NotificationChannel channel(String id, int importance) {
    return new NotificationChannel(id, id, importance);
  }
}
