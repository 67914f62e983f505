package dev.uprobe.operator.api;

import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeTrace;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A real API server with its etcd, on free ports of the loopback interface; benchmarks use it too.
 */
public final class ApiServer implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(90);
  private static final String TOKEN = "test-token";

  private final Path folder;
  private final List<Process> processes = new ArrayList<>();
  private final int port;

  private ApiServer(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  /**
   * Starts an API server, with the project's CRDs.
   *
   * @param bin the folder with kube-apiserver
   * @param manifests the folder with the CRDs
   */
  public static ApiServer start(Path bin, Path etcd, Path manifests) throws Exception {
    ApiServer server = new ApiServer(Files.createTempDirectory("api-server"), freePort());
    try {
      server.run(bin, etcd);
      server.install(manifests);
      return server;
    } catch (Exception e) {
      server.close();
      throw e;
    }
  }

  /** Returns the folder with kube-apiserver, which {@code KUBE_BIN} names. */
  public static Optional<Path> bin() {
    return Optional.ofNullable(System.getenv("KUBE_BIN"))
        .map(Path::of)
        .filter(folder -> Files.isExecutable(folder.resolve("kube-apiserver")));
  }

  /** Returns where etcd is: {@code ETCD}, else in the folder, else on the PATH. */
  public static Optional<Path> etcd(Path bin) {
    Stream<Path> candidates =
        Stream.concat(
            Stream.of(
                Optional.ofNullable(System.getenv("ETCD"))
                    .map(Path::of)
                    .orElse(bin.resolve("etcd"))),
            Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(path -> Path.of(path, "etcd")));
    return candidates.filter(Files::isExecutable).findFirst();
  }

  private void run(Path bin, Path etcd) throws Exception {
    int etcdPort = freePort();
    String etcdUrl = "http://127.0.0.1:" + etcdPort;
    run(
        "etcd",
        etcd.toString(),
        "--data-dir=" + folder.resolve("etcd"),
        "--listen-client-urls=" + etcdUrl,
        "--advertise-client-urls=" + etcdUrl,
        "--listen-peer-urls=http://127.0.0.1:" + freePort(),
        "--unsafe-no-fsync");
    Path key = folder.resolve("accounts.key");
    Files.writeString(key, privateKey());
    Path tokens = folder.resolve("tokens.csv");
    Files.writeString(tokens, TOKEN + ",admin,admin,system:masters\n");
    run(
        "kube-apiserver",
        bin.resolve("kube-apiserver").toString(),
        "--etcd-servers=" + etcdUrl,
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        "--secure-port=" + port,
        "--cert-dir=" + folder,
        "--service-cluster-ip-range=10.0.0.0/24",
        "--service-account-key-file=" + key,
        "--service-account-signing-key-file=" + key,
        "--service-account-issuer=https://kubernetes.default.svc",
        "--token-auth-file=" + tokens,
        "--authorization-mode=RBAC",
        "--disable-admission-plugins=ServiceAccount",
        "--endpoint-reconciler-type=none");
    Await.until(START, "the API server answers; see " + folder, this::isReady);
  }

  private void install(Path manifests) throws Exception {
    try (KubernetesClient client = client();
        Stream<Path> files = Files.list(manifests)) {
      for (Path manifest : (Iterable<Path>) files::iterator) {
        try (var in = Files.newInputStream(manifest)) {
          client.load(in).serverSideApply();
        }
      }
      // Established is not enough: the storage of a new kind may still refuse to list.
      Await.until(START, "the CRDs are served", this::servesTheCrds);
    }
  }

  private void run(String name, String... command) throws IOException {
    File log = folder.resolve(name + ".log").toFile();
    processes.add(
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start());
  }

  private boolean servesTheCrds() {
    try (KubernetesClient client = client(0)) {
      client.resources(UprobeTrace.class).inAnyNamespace().list();
      client.resources(UprobeAttachment.class).inAnyNamespace().list();
      return true;
    } catch (KubernetesClientException e) {
      return false;
    }
  }

  private boolean isReady() {
    if (processes.stream().anyMatch(process -> !process.isAlive())) {
      throw new IllegalStateException("a process of the API server has ended; see " + folder);
    }
    if (!Files.exists(folder.resolve("apiserver.crt"))) {
      return false;
    }
    try (KubernetesClient client = client(0)) {
      return "ok".equals(client.raw("/readyz"));
    } catch (KubernetesClientException e) {
      return false;
    }
  }

  /** Returns a client that may do everything. */
  public KubernetesClient client() {
    return client(5);
  }

  /** Returns a kubeconfig of that client. */
  public String kubeconfig() {
    return kubeconfig(
        "https://127.0.0.1:" + port, folder.resolve("apiserver.crt").toString(), TOKEN);
  }

  static String kubeconfig(String server, String certificates, String token) {
    return """
        apiVersion: v1
        kind: Config
        clusters: [{name: t, cluster: {server: "%s", certificate-authority: "%s"}}]
        users: [{name: t, user: {token: "%s"}}]
        contexts: [{name: t, context: {cluster: t, user: t}}]
        current-context: t
        """
        .formatted(server, certificates, token);
  }

  private KubernetesClient client(int retries) {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl("https://127.0.0.1:" + port)
            .withCaCertFile(folder.resolve("apiserver.crt").toString())
            .withOauthToken(TOKEN)
            .withRequestRetryBackoffLimit(retries)
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  private static String privateKey() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(key)
        + "\n-----END PRIVATE KEY-----\n";
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws IOException {
    for (int i = processes.size() - 1; i >= 0; i--) {
      end(processes.get(i));
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    }
  }

  private static void end(Process process) {
    process.destroy();
    try {
      process.onExit().get(10, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      process.destroyForcibly().onExit().join();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a process could not be awaited", e);
    }
  }
}
