package dev.uprobe.agent.cli;

import dev.uprobe.agent.node.AotTraining;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.language.compile.InvalidTraceException;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** Lets the JVM of an image's build learn what an agent uses; of no use to anybody else. */
@Command(name = "train-aot", hidden = true)
final class TrainAotCommand implements Callable<Integer> {
  /** What the client needs to talk to an API server, which is not there to be talked to. */
  private static final List<String> JDK_PACKAGES =
      List.of("java.net.http/jdk/internal/net/http", "java.base/sun/security/ssl");

  private static final String OWN_JARS = "uprobe-(agent|crds)-.*\\.jar";
  private static final String CLASS = ".class";

  private final OutputStream out;

  /**
   * @param out gets an event
   */
  TrainAotCommand(OutputStream out) {
    this.out = out;
  }

  @Override
  public Integer call() throws CommandException, IOException, InterruptedException {
    try {
      new AotTraining(out).run();
    } catch (KernelException | InvalidTraceException e) {
      throw new CommandException(e.getMessage());
    }
    FileSystem jdk = FileSystems.getFileSystem(URI.create("jrt:/"));
    for (String each : JDK_PACKAGES) {
      Path module = jdk.getPath("modules", each.substring(0, each.indexOf('/')));
      try (Stream<Path> files = Files.walk(jdk.getPath("modules", each))) {
        load(files.map(file -> module.relativize(file).toString()));
      }
    }
    for (String each : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (Path.of(each).getFileName().toString().matches(OWN_JARS)) {
        try (JarFile jar = new JarFile(each)) {
          load(jar.stream().map(JarEntry::getName));
        }
      }
    }
    return 0;
  }

  private static void load(Stream<String> files) {
    files
        .filter(each -> each.endsWith(CLASS))
        .map(each -> each.substring(0, each.length() - CLASS.length()).replace('/', '.'))
        .forEach(TrainAotCommand::load);
  }

  private static void load(String name) {
    try {
      Class.forName(name, false, TrainAotCommand.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      throw new IllegalStateException("The class " + name + " cannot be loaded.", e);
    }
  }
}
