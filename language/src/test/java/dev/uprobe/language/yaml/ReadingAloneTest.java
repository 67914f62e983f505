package dev.uprobe.language.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadingAloneTest {
  private static final String TRACE =
      """
      apiVersion: uprobe.dev/v1alpha1
      kind: UprobeTrace
      spec: {target: {host: {}}, probes: [{name: p, symbol: f}]}
      """;

  /** The Kubernetes client takes longer to load than the rest of the command line. */
  @Test
  void aFileIsReadWithoutTheKubernetesClient() throws Exception {
    try (URLClassLoader loader =
        new URLClassLoader(classPathWithoutKubernetes(), ClassLoader.getPlatformClassLoader())) {
      assertThrows(
          NoClassDefFoundError.class,
          () -> loader.loadClass("dev.uprobe.api.v1alpha1.UprobeTrace"));
      Class<?> type = loader.loadClass("dev.uprobe.language.yaml.TraceReader");
      Object reader = type.getDeclaredConstructor().newInstance();
      Object traces =
          type.getMethod("read", String.class, InputStream.class)
              .invoke(
                  reader,
                  "trace.yaml",
                  new ByteArrayInputStream(TRACE.getBytes(StandardCharsets.UTF_8)));
      assertEquals(1, ((List<?>) traces).size());
    }
  }

  private static URL[] classPathWithoutKubernetes() throws Exception {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<URL> urls = new ArrayList<>();
    for (String entry : classPath.split(File.pathSeparator)) {
      if (!Path.of(entry).getFileName().toString().startsWith("kubernetes-")) {
        urls.add(Path.of(entry).toUri().toURL());
      }
    }
    return urls.toArray(URL[]::new);
  }
}
