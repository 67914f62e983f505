package dev.uprobe.kernels;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes of the chart's DaemonSet what an OCI runtime runs in a guest: the user, capabilities,
 * seccomp filter and read-only root of the agent's container. Format: config.json of the OCI
 * runtime specification 1.0.
 */
public final class PodBundle {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final String KERNEL_ARCHITECTURE = "amd64";

  /** As containerd masks them, pkg/cri in default Linux specs. */
  private static final List<String> MASKED =
      List.of("/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware");

  private static final List<String> READ_ONLY =
      List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

  private PodBundle() {}

  /**
   * Writes a config.json.
   *
   * @param arguments the chart, a seccomp profile in the format of Docker's default one, and the
   *     file to write
   */
  public static void main(String[] arguments) throws IOException, GeneralSecurityException {
    JsonNode pod = daemonSet(Path.of(arguments[0])).path("spec").path("template").path("spec");
    JsonNode context = pod.path("containers").path(0).path("securityContext");
    Set<String> capabilities = capabilities(context);
    ObjectNode config = JSON.createObjectNode().put("ociVersion", "1.0.2");
    ObjectNode process = config.putObject("process").put("cwd", "/");
    process.put("noNewPrivileges", !context.path("allowPrivilegeEscalation").asBoolean(true));
    process
        .putObject("user")
        .put("uid", context.path("runAsUser").asInt())
        .put("gid", context.path("runAsGroup").asInt());
    process.putArray("args").add("/bin/bash").add("/lab/guest/in-pod.sh");
    // Any operator's key will do: the agent meets no attachment here.
    byte[] key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic().getEncoded();
    process
        .putArray("env")
        .add("PATH=/usr/sbin:/usr/bin")
        .add("LANG=C.UTF-8")
        .add("OPERATOR_KEY=" + Base64.getEncoder().encodeToString(key));
    for (String set : List.of("bounding", "effective", "permitted")) {
      ArrayNode names = process.withObject("/capabilities").putArray(set);
      capabilities.forEach(names::add);
    }
    config
        .putObject("root")
        .put("path", "/run/pod/root")
        .put("readonly", context.path("readOnlyRootFilesystem").asBoolean());
    putMounts(config.putArray("mounts"));
    ObjectNode linux = config.putObject("linux");
    List<String> namespaces =
        pod.path("hostPID").asBoolean()
            ? List.of("mount", "network", "ipc", "uts", "cgroup")
            : List.of("pid", "mount", "network", "ipc", "uts", "cgroup");
    ArrayNode kinds = linux.putArray("namespaces");
    namespaces.forEach(each -> kinds.addObject().put("type", each));
    MASKED.forEach(linux.withArray("/maskedPaths")::add);
    READ_ONLY.forEach(linux.withArray("/readonlyPaths")::add);
    String seccomp = context.path("seccompProfile").path("type").asText("Unconfined");
    if (seccomp.equals("RuntimeDefault")) {
      linux.set("seccomp", filter(JSON.readTree(Path.of(arguments[1]).toFile()), capabilities));
    } else if (!seccomp.equals("Unconfined")) {
      throw new IllegalArgumentException("The chart has a seccomp profile of type " + seccomp);
    }
    Files.writeString(Path.of(arguments[2]), config.toPrettyString());
  }

  private static JsonNode daemonSet(Path chart) throws IOException {
    String rendered =
        new Helm(chart)
            .template()
            .withName("uprobe-operator")
            .withNamespace("tracing")
            .withKubeVersion("1.32.0")
            .call();
    for (String document : rendered.split("(?m)^---$")) {
      JsonNode resource = YAML.readTree(document);
      JsonNode agent = resource == null ? null : resource.path("data").path("agent.yaml");
      if (agent != null && agent.isTextual()) {
        return YAML.readTree(agent.asText());
      }
    }
    throw new IllegalArgumentException("The chart has no ConfigMap with agent.yaml.");
  }

  private static Set<String> capabilities(JsonNode context) {
    if (!context.path("capabilities").path("drop").path(0).asText().equals("ALL")) {
      throw new IllegalArgumentException("The chart's agent keeps the default capabilities.");
    }
    Set<String> names = new TreeSet<>();
    context.path("capabilities").path("add").forEach(each -> names.add("CAP_" + each.asText()));
    return names;
  }

  private static void putMounts(ArrayNode mounts) {
    mount(mounts, "/proc", "proc", "proc");
    mount(mounts, "/dev", "tmpfs", "tmpfs", "nosuid", "mode=755");
    mount(mounts, "/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro");
    mount(mounts, "/tmp", "tmpfs", "tmpfs");
    mount(mounts, "/lab", "bind", "/lab", "rbind", "ro");
    mount(mounts, "/lab/results", "bind", "/lab/results", "rbind", "rw");
  }

  private static void mount(
      ArrayNode mounts, String at, String type, String source, String... options) {
    ObjectNode mount = mounts.addObject();
    mount.put("destination", at).put("type", type).put("source", source);
    List.of(options).forEach(mount.withArray("/options")::add);
  }

  /** What container runtimes do with such a profile: rules go by the container's capabilities. */
  private static ObjectNode filter(JsonNode profile, Set<String> capabilities) {
    ObjectNode filter = JSON.createObjectNode();
    filter.put("defaultAction", profile.path("defaultAction").asText());
    if (profile.has("defaultErrnoRet")) {
      filter.put("defaultErrnoRet", profile.path("defaultErrnoRet").asInt());
    }
    filter.putArray("architectures").add("SCMP_ARCH_X86_64").add("SCMP_ARCH_X86");
    ArrayNode rules = filter.putArray("syscalls");
    for (JsonNode rule : profile.path("syscalls")) {
      JsonNode includes = rule.path("includes");
      JsonNode excludes = rule.path("excludes");
      boolean applies =
          (!includes.has("caps") || holdsAny(includes.path("caps"), capabilities))
              && (!includes.has("arches")
                  || holdsAny(includes.path("arches"), Set.of(KERNEL_ARCHITECTURE)))
              && !holdsAny(excludes.path("caps"), capabilities)
              && !holdsAny(excludes.path("arches"), Set.of(KERNEL_ARCHITECTURE));
      if (applies) {
        ObjectNode copy = rules.addObject().put("action", rule.path("action").asText());
        copy.set("names", rule.path("names"));
        if (rule.path("args").size() > 0) {
          copy.set("args", rule.path("args"));
        }
        if (rule.has("errnoRet")) {
          copy.put("errnoRet", rule.path("errnoRet").asInt());
        }
      }
    }
    return filter;
  }

  private static boolean holdsAny(JsonNode names, Set<String> held) {
    for (JsonNode each : names) {
      if (held.contains(each.asText())) {
        return true;
      }
    }
    return false;
  }
}
