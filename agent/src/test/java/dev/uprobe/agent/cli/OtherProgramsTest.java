package dev.uprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.Toolchain;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the examples about programs of Debian's packages on these programs. */
@KernelTest
class OtherProgramsTest {
  private static final Path EXAMPLES = Path.of("..", "examples");
  private static final Path POSTGRESQL = Path.of("/usr/lib/postgresql");
  private static final Duration LONGEST_START = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  void whatTlsEncryptsIsReadable() throws Exception {
    int port = freePort();
    Process server = startTlsServer(port);
    try (RunningTracer tracer =
        RunningTracer.start("text", EXAMPLES.resolve("tls.yaml").toString())) {
      Process client =
          start("openssl", "s_client", "-quiet", "-ign_eof", "-connect", "127.0.0.1:" + port);
      try (OutputStream request = client.getOutputStream()) {
        request.write("GET /secret-page HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      }
      List<String> lines = tracer.awaitLines(each -> each.contains("receives"));
      client.destroy();

      String sent = "sends 29 bytes: GET /secret-page HTTP/1.0\\r\\n\\r\\n";
      assertTrue(lines.stream().anyMatch(each -> each.endsWith(sent)), lines.toString());
    } finally {
      server.destroy();
    }
  }

  @Test
  void queriesOfPostgresqlAreShownAndSlowOnesWithTheirTime() throws Exception {
    Path programs = postgresqlPrograms();
    Path data = startPostgresql(programs);
    try (RunningTracer tracer = RunningTracer.start("json", postgresqlExample(programs))) {
      query("select 6 * 7", "select pg_sleep(0.2)", "select 'the end'");
      List<String> lines = tracer.awaitLines(each -> each.contains("select 'the end'"));

      assertEquals(1, lines.stream().filter(each -> each.contains("\"select 6 * 7\"")).count());
      List<String> slow = lines.stream().filter(each -> each.contains(" took ")).toList();
      assertEquals(1, slow.size(), lines.toString());
      assertTrue(slow.get(0).contains("select pg_sleep(0.2) took 2"), slow.get(0));
    } finally {
      asPostgres(
          programs.resolve("pg_ctl").toString(), "-D", data.toString(), "-m", "fast", "stop");
    }
  }

  private Process startTlsServer(int port) throws Exception {
    Toolchain tools = new Toolchain(folder);
    tools.run(
        ("openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost"
                + " -keyout key.pem -out certificate.pem")
            .split(" "));
    Process server =
        start(
            ("openssl s_server -quiet -www -cert certificate.pem -key key.pem"
                    + " -accept 127.0.0.1:"
                    + port)
                .split(" "));
    awaitPort(port);
    return server;
  }

  private Process start(String... command) throws IOException {
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void awaitPort(int port) throws IOException, InterruptedException {
    Instant end = Instant.now().plus(LONGEST_START);
    while (Instant.now().isBefore(end)) {
      try {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
        return;
      } catch (ConnectException e) {
        Thread.onSpinWait();
      }
    }
    throw new AssertionError("nothing listens on port " + port);
  }

  private static Path postgresqlPrograms() throws IOException {
    try (Stream<Path> versions = Files.list(POSTGRESQL)) {
      return versions.sorted().reduce((first, last) -> last).orElseThrow().resolve("bin");
    }
  }

  /** The example names the program of one version. */
  private String postgresqlExample(Path programs) throws IOException {
    String example = Files.readString(EXAMPLES.resolve("postgresql.yaml"));
    return Files.writeString(
            folder.resolve("postgresql.yaml"),
            example.replace("/usr/lib/postgresql/15/bin", programs.toString()))
        .toString();
  }

  /** PostgreSQL refuses to run as root. */
  private Path startPostgresql(Path programs) throws Exception {
    new Toolchain(folder).run("chown", "postgres", folder.toString());
    Path data = folder.resolve("data");
    asPostgres(programs.resolve("initdb").toString(), "-D", data.toString(), "-A", "trust");
    asPostgres(
        programs.resolve("pg_ctl").toString(),
        "-D",
        data.toString(),
        "-o",
        "-k " + folder + " -c listen_addresses=",
        "-l",
        folder.resolve("log").toString(),
        "-w",
        "start");
    return data;
  }

  private void asPostgres(String... command) throws Exception {
    List<String> all = new ArrayList<>(List.of("runuser", "-u", "postgres", "--"));
    all.addAll(List.of(command));
    Process process = start(all.toArray(String[]::new));
    assertEquals(0, process.waitFor(), String.join(" ", all));
  }

  private void query(String... queries) throws Exception {
    List<String> command = new ArrayList<>(List.of("psql", "-h", folder.toString()));
    command.addAll(List.of("-U", "postgres", "-d", "postgres"));
    for (String each : queries) {
      command.addAll(List.of("-c", each));
    }
    new Toolchain(folder).run(command.toArray(String[]::new));
  }
}
