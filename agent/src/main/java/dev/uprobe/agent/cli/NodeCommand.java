package dev.uprobe.agent.cli;

import dev.uprobe.agent.node.AttachmentCheck;
import dev.uprobe.agent.node.NodeAgent;
import dev.uprobe.agent.node.NodeClient;
import dev.uprobe.agent.privilege.LeastPrivilege;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.agent.sys.libc.Libc;
import dev.uprobe.kube.HealthServer;
import dev.uprobe.kube.signing.AttachmentVerifier;
import dev.uprobe.language.text.Sentence;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs as the agent of a node of a cluster, in a pod of the operator's DaemonSet. */
@Command(
    name = "node",
    description = "Runs the UprobeAttachments of one node of a cluster.",
    mixinStandardHelpOptions = true)
final class NodeCommand implements Callable<Integer> {
  @Option(
      names = "--node",
      paramLabel = "NAME",
      defaultValue = "${env:NODE_NAME}",
      required = true,
      description = "Name of this node. Default: the environment variable NODE_NAME.")
  private String node;

  @Option(
      names = "--instance",
      paramLabel = "NAME",
      defaultValue = "${env:POD_NAME:-uprobe-agent}",
      description = "Name of this agent. Default: the environment variable POD_NAME.")
  private String instance;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "${env:HEALTH_PORT:-9464}",
      description = "Port of /livez, /readyz and /metrics. Default: 9464.")
  private int port;

  @Option(
      names = "--operator-key",
      paramLabel = "KEY",
      defaultValue = "${env:OPERATOR_KEY}",
      required = true,
      description =
          "Public key of the operator; attachments without its signature are ignored. Default: the"
              + " environment variable OPERATOR_KEY, which the operator sets.")
  private String operatorKey;

  @Option(
      names = "--namespaces",
      paramLabel = "NAMES",
      split = ",",
      defaultValue = "${env:WATCH_NAMESPACES:-}",
      description =
          "Act only on attachments in these namespaces; empty for all. Default: the environment"
              + " variable WATCH_NAMESPACES.")
  private Set<String> namespaces;

  @Override
  public Integer call() throws CommandException, InterruptedException {
    BpfEnvironment environment = environment();
    CountDownLatch end = new CountDownLatch(1);
    Signals.acceptStop(Libc.load());
    Signals.onStop(end::countDown);
    try (KubernetesClient client = NodeClient.create(Config.autoConfigure(null));
        FileOutputStream out = new FileOutputStream(FileDescriptor.out);
        NodeAgent agent =
            new NodeAgent(environment, client, node, instance, Version.current(), check(), out)) {
      HealthServer health = new HealthServer(port, agent::isAlive, agent::isReady, agent.metrics());
      try {
        agent.start();
        end.await();
        return 0;
      } finally {
        health.close();
      }
    } catch (KernelException e) {
      throw new CommandException(e.getMessage());
    } catch (IOException e) {
      throw new CommandException("The agent cannot start: " + Sentence.reason(e) + ".");
    }
  }

  private AttachmentCheck check() throws CommandException {
    Set<String> names =
        namespaces.stream().filter(each -> !each.isBlank()).collect(Collectors.toSet());
    try {
      return new AttachmentCheck(AttachmentVerifier.of(operatorKey), node, names);
    } catch (IllegalArgumentException e) {
      throw new CommandException("OPERATOR_KEY: " + Sentence.reason(e) + ".");
    }
  }

  /** First of all: from here on the process has no capability that it does not need. */
  private static BpfEnvironment environment() throws CommandException {
    try {
      BpfEnvironment environment = BpfEnvironment.load();
      new LeastPrivilege(environment).take();
      return environment;
    } catch (KernelException e) {
      throw new CommandException(e.getMessage());
    }
  }
}
