package carillon.android;

import static org.junit.Assert.assertTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.Test;

/** The classes that the README shows are those that are compiled and run here, without their packages and imports. */
public final class ReadmeTest {
  @Test
  public void showsWhatCompiles() throws Exception {
    String readme = textOf("README.md");
    for (String name : new String[] {"ShopApp", "ShopMessagingService"}) {
      String source = textOf("src/test/java/shop/" + name + ".java");
      String shown = source.substring(source.indexOf("public class")).trim();
      assertTrue(name + " is not in the README as it stands in the sources", readme.contains(shown));
    }
  }

  private static String textOf(String file) throws Exception {
    return new String(Files.readAllBytes(new File(file).toPath()), StandardCharsets.UTF_8);
  }
}
