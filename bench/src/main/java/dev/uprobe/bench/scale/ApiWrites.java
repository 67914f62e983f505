package dev.uprobe.bench.scale;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The writes that an API server has answered so far, as its own metrics count them.
 *
 * @param reports of agents: statuses of attachments
 * @param statuses of traces, which the operator writes
 * @param others all but those, of whomever
 */
record ApiWrites(double reports, double statuses, double others) {
  private static final Set<String> VERBS =
      Set.of("POST", "PUT", "PATCH", "APPLY", "DELETE", "DELETECOLLECTION");
  private static final Pattern REQUESTS =
      Pattern.compile("^apiserver_request_total\\{(.*)} (\\S+)$", Pattern.MULTILINE);
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

  /** Asks the server. */
  static ApiWrites of(KubernetesClient client) {
    double reports = 0;
    double statuses = 0;
    double others = 0;
    Matcher line = REQUESTS.matcher(client.raw("/metrics"));
    while (line.find()) {
      if (VERBS.contains(label(line.group(1), "verb"))) {
        double count = Double.parseDouble(line.group(2));
        switch (label(line.group(1), "resource") + "/" + label(line.group(1), "subresource")) {
          case "uprobeattachments/status" -> reports += count;
          case "uprobetraces/status" -> statuses += count;
          default -> others += count;
        }
      }
    }
    return new ApiWrites(reports, statuses, others);
  }

  private static String label(String labels, String name) {
    Matcher label = LABEL.matcher(labels);
    while (label.find()) {
      if (label.group(1).equals(name)) {
        return label.group(2);
      }
    }
    return "";
  }

  /** Returns how many of a kind there were since, a second. */
  double rate(ToDoubleFunction<ApiWrites> kind, ApiWrites before, double seconds) {
    return (kind.applyAsDouble(this) - kind.applyAsDouble(before)) / seconds;
  }
}
