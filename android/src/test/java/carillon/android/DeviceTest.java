package carillon.android;

import org.junit.After;
import org.junit.Before;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;

/** A device beside a platform that says what a test has it say. */
@RunWith(RobolectricTestRunner.class)
public abstract class DeviceTest {
  TestDevice phone;
  ScriptedPlatform platform;

  @Before
  public void openPlatform() throws Exception {
    phone = new TestDevice();
    platform = new ScriptedPlatform();
  }

  @After
  public void closePlatform() {
    platform.close();
  }
}
