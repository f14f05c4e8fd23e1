package carillon.android;

import static org.junit.Assert.assertEquals;

import java.io.File;
import java.util.Arrays;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What Android builds lay over the app's manifest. */
public final class ManifestTest {
  @Test
  public void namesWhatTheSystemCallsAndLetsNobodyElseCallIt() throws Exception {
    Document manifest = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new File("src/main/AndroidManifest.xml"));

    TreeSet<String> named = new TreeSet<>();
    for (String kind : new String[] {"activity", "receiver"}) {
      NodeList elements = manifest.getElementsByTagName(kind);
      for (int at = 0; at < elements.getLength(); at += 1) {
        Element element = (Element) elements.item(at);
        assertEquals("false", element.getAttribute("android:exported"));
        named.add(element.getAttribute("android:name"));
      }
    }

    assertEquals(new TreeSet<>(Arrays.asList(OpenedActivity.class.getName(), DismissedReceiver.class.getName())), named);
  }
}
