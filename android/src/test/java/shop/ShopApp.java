package shop;

import android.app.Application;
import carillon.android.Carillon;
import carillon.android.Settings;

public class ShopApp extends Application {
  public Carillon carillon;

  @Override
  public void onCreate() {
    super.onCreate();
    carillon = Carillon.init(this, new Settings("https://push.example.com", "shop", "cr_sdk_…"));
  }
}
