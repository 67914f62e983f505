package dev.uprobe.kernels;

import static dev.uprobe.kernels.Check.need;

import com.fasterxml.jackson.databind.JsonNode;
import dev.uprobe.kernels.Check.NotBuiltException;
import dev.uprobe.kernels.Check.WrongException;
import dev.uprobe.kernels.Guest.Column;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Checks of the suite traces: the examples of this repository, and kernels/traces. */
final class TraceChecks {
  private static final String SUITE = "traces";

  private TraceChecks() {}

  /** Returns the checks in the matrix's order. */
  static List<Check> all() {
    return List.of(
        check("Entry and Return (tutorial)", TraceChecks::entriesAndReturns),
        check("strlen of every program (tutorial)", TraceChecks::strlen),
        check("Call with strings", TraceChecks::calls),
        check("where", TraceChecks::where),
        check("limit", TraceChecks::limit),
        check("aggregate", TraceChecks::aggregates),
        check("call stack", TraceChecks::stacks),
        check("glob of 120 functions", TraceChecks::globs),
        check("memory at entry and return", TraceChecks::memory),
        check("struct fields, signature auto", TraceChecks::fields),
        check("USDT", TraceChecks::usdt),
        check("C++ names and returns", TraceChecks::cpp),
        check("C++ exceptions", TraceChecks::exceptions),
        check("Go", TraceChecks::go),
        check("Rust", TraceChecks::rust),
        new Check("8 threads, 8,000 calls", "race", RaceCheck::exact),
        check("programs unharmed", TraceChecks::alive));
  }

  private static Check check(String name, Check.Body body) {
    return new Check(name, SUITE, body);
  }

  private static String entriesAndReturns(Guest guest) throws IOException, WrongException {
    List<Long> entries = argument(guest.events("target-sample", "entry"), "counter");
    List<Long> returns = returns(guest.events("target-sample", "return"));
    need(entries.size() >= 3, "only " + entries.size() + " entries");
    need(isGapless(entries), "entries " + entries);
    need(isGapless(returns), "returns " + returns);
    List<Long> calls = argument(guest.events("call"), "counter");
    need(isGapless(calls), "calls " + calls);
    need(calls.equals(returns(guest.events("call"))), "a Call's return is not its argument");
    long last = guest.lines("target-sample.truth").size();
    need(entries.get(entries.size() - 1) <= last, "an entry that never was");
    return entries.size() + " entries, " + returns.size() + " returns, " + calls.size() + " calls";
  }

  private static String strlen(Guest guest) throws IOException, WrongException {
    List<JsonNode> ofLs =
        guest.events("strlen").stream()
            .filter(each -> each.path("comm").asText().equals("ls"))
            .toList();
    List<String> seen = new ArrayList<>();
    for (JsonNode each : ofLs) {
      String text = each.path("args").path("s").asText();
      boolean isWhole = !each.path("args").path("s").isNull() && !each.has("cut");
      int length = text.getBytes(StandardCharsets.UTF_8).length;
      need(!isWhole || length == each.path("return").asLong(), "a wrong length: " + each);
      seen.add(text);
    }
    for (String line : guest.lines("ls.truth")) {
      String[] words = line.split("\\s+");
      need(words.length < 9 || seen.contains(words[8]), "ls called strlen of " + line);
    }
    return ofLs.size() + " calls of ls";
  }

  /** The calls that kernels/programs/burst.c makes, as name, cents and return. */
  private static List<List<Object>> burst() {
    List<List<Object>> calls = new ArrayList<>();
    for (long i = 0; i < 2000; i++) {
      calls.add(List.of("customer-" + i % 50, i, i % 7 - 3));
    }
    for (int thread = 0; thread < 2; thread++) {
      for (long i = 100_000; i < 100_500; i++) {
        calls.add(List.of("thread-" + thread, i, i % 7 - 3));
      }
    }
    calls.add(List.of("null", 77L, 77L % 7 - 3));
    return calls;
  }

  private static List<List<Object>> labels(List<JsonNode> events) {
    return events.stream()
        .map(
            each ->
                List.<Object>of(
                    each.path("args").path("name").asText(),
                    each.path("args").path("cents").asLong(),
                    each.path("return").asLong()))
        .toList();
  }

  private static String calls(Guest guest) throws WrongException {
    return calls(guest.events("b-call"));
  }

  /** Compares the events of kernels/traces/b-call.yaml with the calls of burst.c. */
  static String calls(List<JsonNode> events) throws WrongException {
    same("calls", burst(), labels(events));
    need(
        events.stream().allMatch(each -> each.path("durationNanos").asLong() > 0),
        "a call without duration");
    return events.size() + " calls";
  }

  private static String where(Guest guest) throws IOException, WrongException {
    List<List<Object>> wanted =
        burst().stream()
            .filter(each -> each.get(0).toString().startsWith("customer-4"))
            .filter(each -> (Long) each.get(1) >= 1000 && (Long) each.get(2) >= 0)
            .toList();
    same("calls", wanted, labels(guest.events("b-where")));
    need(guest.summary("b-where/label", Column.HITS) == 3001, "hits are not 3001");
    need(
        guest.summary("b-where/label", Column.FILTERED) == 3001 - wanted.size(),
        "filtered is not " + (3001 - wanted.size()));
    List<Long> odd = argument(guest.events("where"), "counter");
    need(!odd.isEmpty() && odd.stream().allMatch(each -> each % 2 == 1), "not odd: " + odd);
    return wanted.size() + " of 3001 calls";
  }

  private static String limit(Guest guest) throws IOException, WrongException {
    int events = guest.events("limit").size();
    long hits = guest.summary("limit/malloc", Column.HITS);
    long limited = guest.summary("limit/malloc", Column.LIMITED);
    need(events >= 1 && events <= 60, events + " events");
    need(hits == events + limited, hits + " hits, " + events + " events, " + limited + " limited");
    return events + " of " + hits + " calls";
  }

  private static String aggregates(Guest guest) throws WrongException {
    JsonNode sizes = last(guest.events("b-hist", "take"));
    need(sizes.path("count").asLong() == 5000, "take: " + sizes);
    need(
        sizes.path("max").asLong() == 4999 && sizes.path("sum").asLong() == 12_497_500, "" + sizes);
    Map<Long, Long> buckets = new TreeMap<>();
    sizes
        .path("buckets")
        .forEach(each -> buckets.put(each.path("min").asLong(), each.path("count").asLong()));
    Map<Long, Long> wanted = new TreeMap<>(Map.of(0L, 1L));
    for (long from = 1; from < 5000; from *= 2) {
      wanted.put(from, Math.min(from, 5000 - from));
    }
    need(buckets.equals(wanted), "buckets " + buckets);
    need(last(guest.events("b-hist", "duration")).path("count").asLong() == 5000, "durations");
    JsonNode linear = last(guest.events("b-hist", "linear"));
    need(linear.path("count").asLong() == 100, "linear " + linear);
    Map<String, Long> names = new TreeMap<>();
    guest
        .events("b-hist", "names")
        .forEach(
            each -> names.put(each.path("by").path("name").asText(), each.path("count").asLong()));
    need(
        names.size() == 52 && names.get("customer-7") == 40 && names.get("thread-1") == 500,
        "" + names);
    JsonNode writes =
        last(
            guest.events("latency", "write-time").stream()
                .filter(each -> each.path("by").path("comm").asText().equals("dd"))
                .filter(each -> each.path("by").path("fd").asLong() == 1)
                .toList());
    need(writes.path("count").asLong() == 1000, "writes of dd: " + writes);
    need(!guest.events("malloc").isEmpty(), "no sizes of malloc");
    need(!guest.events("functions").isEmpty(), "no counts of get*id");
    return "5 histograms and counts";
  }

  private static String stacks(Guest guest) throws WrongException {
    Set<String> seen =
        guest.events("stack").stream()
            .map(each -> each.path("args").path("key").asText() + ": " + frames(each))
            .collect(Collectors.toSet());
    Set<String> wanted =
        Set.of("catalogue: load browse main", "prices: load browse main", "cart: load buy main");
    need(seen.equals(wanted), "stacks " + seen);
    return guest.events("stack").size() + " stacks";
  }

  private static String frames(JsonNode event) {
    List<String> names = new ArrayList<>();
    event.path("stack").forEach(each -> names.add(each.asText().split("[+ ]")[0]));
    return String.join(" ", names.subList(0, Math.min(3, names.size())));
  }

  private static String globs(Guest guest) throws WrongException {
    List<List<Object>> entries = new ArrayList<>();
    List<List<Object>> returns = new ArrayList<>();
    List<List<Object>> calls = new ArrayList<>();
    for (int number = 0; number < 120; number++) {
      String name = "fn_%03d".formatted(number);
      for (long x = 0; x < 3; x++) {
        entries.add(List.of(name, x));
        if (name.startsWith("fn_10")) {
          returns.add(List.of(name, x + 1000 + number));
        }
        if (name.startsWith("fn_01")) {
          calls.add(List.of(name, x, x + 1000 + number));
        }
      }
    }
    same("entries", entries, named(guest.events("b-glob", "fns"), true, false));
    same("returns", returns, named(guest.events("b-glob", "fnsret"), false, true));
    same("calls", calls, named(guest.events("b-globcall"), true, true));
    return entries.size() + " entries, returns and calls with their functions";
  }

  private static List<List<Object>> named(List<JsonNode> events, boolean argument, boolean result) {
    List<List<Object>> all = new ArrayList<>();
    for (JsonNode each : events) {
      List<Object> one = new ArrayList<>(List.of(each.path("function").asText()));
      if (argument) {
        one.add(each.path("args").path("x").asLong());
      }
      if (result) {
        one.add(each.path("return").asLong());
      }
      all.add(one);
    }
    return all;
  }

  private static String memory(Guest guest) throws WrongException {
    List<JsonNode> fills = guest.events("b-misc", "fill");
    need(
        returns(fills).equals(LongStream.range(1, 20).boxed().toList()),
        "fill returned " + returns(fills));
    for (JsonNode each : fills) {
      String wanted = "78".repeat((int) Math.min(16, each.path("return").asLong()));
      need(each.path("args").path("data").asText().equals(wanted), "fill wrote " + each);
    }
    JsonNode six = last(guest.events("b-misc", "six"));
    List<Long> numbers = new ArrayList<>();
    six.path("args").forEach(each -> numbers.add(each.asLong()));
    need(numbers.equals(List.of(1L, -2L, 3L, -4L, 5L, -6L, 70_000_000_000L, -8L)), "" + six);
    List<Long> deep = returns(guest.events("b-misc", "deep"));
    need(deep.equals(LongStream.range(0, 41).boxed().toList()), "recursion returned " + deep);
    need(guest.events("b-misc", "none").size() == 1, "calls with NULL");
    String hello = HexFormat.of().formatHex("hello-from-cat\n".getBytes(StandardCharsets.UTF_8));
    need(
        guest.events("read").stream()
            .anyMatch(each -> each.path("args").path("data").asText().equals(hello)),
        "cat's read was not seen");
    need(!guest.events("getenv").isEmpty() && !guest.events("write").isEmpty(), "getenv, write");
    return "buffers, 8 arguments, recursion";
  }

  private static String fields(Guest guest) throws IOException, WrongException {
    for (String trace : List.of("fields", "offsets")) {
      need(guest.events(trace).size() >= 2, "no events of " + trace);
      for (JsonNode each : guest.events(trace)) {
        String wanted =
            "{\"customer\":\"acme\",\"code\":\"AC-1\",\"cents\":1999,\"tags\":[1,2,3],\"rate\":0.25,\"left\":3001}";
        need(each.path("args").toString().equals(wanted), trace + ": " + each.path("args"));
      }
      need(guest.summary(trace + "/charge", Column.FILTERED) >= 1, trace + ": nothing filtered");
    }
    List<Long> counters = argument(guest.events("auto"), "counter");
    need(isGapless(counters), "auto: " + counters);
    return guest.events("fields").size() + " structs";
  }

  private static String usdt(Guest guest) throws WrongException {
    List<JsonNode> orders = guest.events("usdt", "order");
    need(isGapless(argument(orders, "cents")), "orders " + argument(orders, "cents"));
    need(
        orders.stream()
            .allMatch(each -> each.path("args").path("customer").asText().equals("acme")),
        "a customer is not acme");
    need(
        guest.events("usdt", "throw").stream()
            .anyMatch(each -> each.path("message").asText().contains("runtime_error")),
        "libstdc++'s throw was not seen");
    return orders.size() + " orders";
  }

  private static String cpp(Guest guest) throws WrongException {
    List<Long> cents = argument(guest.events("cpp", "number"), "cents");
    need(cents.size() >= 4, "only " + cents.size() + " calls");
    for (int i = 0; i + 1 < cents.size(); i++) {
      long now = cents.get(i);
      long next = cents.get(i + 1);
      need(next == now * 100 || next == now / 100 + 1, "calls " + cents);
    }
    // The two probes were neither attached nor let go at the same moment.
    List<String> called = times(guest.events("cpp-ret", "call"));
    List<String> returned = times(guest.events("cpp-ret", "ret"));
    need(called.size() >= 4 && returned.size() >= 4, called.size() + ", " + returned.size());
    String from = later(called.get(0), returned.get(0));
    String to = earlier(called.get(called.size() - 1), returned.get(returned.size() - 1));
    long calls = within(called, from, to);
    long returns = within(returned, from, to);
    need(Math.abs(calls - returns) <= 2, calls + " calls, " + returns + " returns");
    return calls + " calls, " + returns + " returns";
  }

  private static List<String> times(List<JsonNode> events) {
    return events.stream().map(each -> each.path("time").asText()).toList();
  }

  private static String later(String one, String other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private static String earlier(String one, String other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static long within(List<String> times, String from, String to) {
    return times.stream()
        .filter(each -> each.compareTo(from) >= 0 && each.compareTo(to) <= 0)
        .count();
  }

  private static String exceptions(Guest guest) throws IOException, WrongException {
    List<List<Object>> wanted =
        LongStream.rangeClosed(1, 300)
            .filter(each -> each % 3 != 0)
            .mapToObj(each -> List.<Object>of(each, 2 * each))
            .toList();
    List<List<Object>> seen =
        guest.events("thrower", "risky").stream()
            .map(
                each ->
                    List.<Object>of(
                        each.path("args").path("cents").asLong(), each.path("return").asLong()))
            .toList();
    same("calls", wanted, seen);
    need(guest.events("thrower", "outer").size() == 200, "returns of the caller");
    need(guest.text("thrower.truth").contains("done thrown 100"), "the program lost exceptions");
    return seen.size() + " calls, 100 exceptions";
  }

  private static String go(Guest guest) throws IOException, WrongException {
    List<String> truth = guest.lines("go-sample.truth");
    List<JsonNode> charges = guest.events("go", "charge");
    need(charges.size() >= 4, "only " + charges.size() + " calls");
    need(isGapless(argument(charges, "cents")), "calls " + argument(charges, "cents"));
    for (JsonNode each : charges) {
      int cents = each.path("args").path("cents").asInt();
      String total = truth.get(cents - 1).split(" ")[0];
      need(each.path("return").asText().equals(total), "a total that is not " + total);
      need(each.path("args").path("customer").asText().equals("acme"), "a wrong customer");
    }
    need(!guest.events("go", "failed").isEmpty(), "no failed call");
    return charges.size() + " calls";
  }

  private static String rust(Guest guest) throws IOException, WrongException {
    List<String> truth = guest.lines("rust-sample.truth");
    if (truth.isEmpty()) {
      throw new NotBuiltException("Debian has no Rust library of this architecture here");
    }
    List<JsonNode> calls = guest.events("rust");
    need(calls.size() >= 3, "only " + calls.size() + " calls");
    for (JsonNode each : calls) {
      need(each.path("args").path("cents").asLong() % 3 != 0, "a call that panicked: " + each);
      need(truth.contains(each.path("return").asText()), "a total that never was: " + each);
    }
    return calls.size() + " calls";
  }

  private static String alive(Guest guest) throws IOException, WrongException {
    List<String> alive = guest.lines("alive");
    need(alive.size() >= 8, "still running: " + alive);
    String dmesg = guest.text("dmesg");
    for (String bad : List.of("BUG:", "Oops", "WARNING:", "segfault", "general protection")) {
      need(!dmesg.contains(bad), "the kernel says " + bad);
    }
    return alive.size() + " programs go on";
  }

  private static List<Long> argument(List<JsonNode> events, String name) {
    return events.stream().map(each -> each.path("args").path(name).asLong()).toList();
  }

  private static List<Long> returns(List<JsonNode> events) {
    return events.stream().map(each -> each.path("return").asLong()).toList();
  }

  private static boolean isGapless(List<Long> numbers) {
    return !numbers.isEmpty()
        && IntStream.range(1, numbers.size())
            .allMatch(i -> numbers.get(i) == numbers.get(i - 1) + 1);
  }

  private static JsonNode last(List<JsonNode> events) throws WrongException {
    need(!events.isEmpty(), "no event");
    return events.get(events.size() - 1);
  }

  /** Compares what happened with what was seen; in any order, but each as often. */
  static void same(String what, List<List<Object>> wanted, List<List<Object>> seen)
      throws WrongException {
    Map<List<Object>, Integer> left = new LinkedHashMap<>();
    wanted.forEach(each -> left.merge(each, 1, Integer::sum));
    seen.forEach(each -> left.merge(each, -1, Integer::sum));
    int missing = left.values().stream().filter(each -> each > 0).mapToInt(each -> each).sum();
    int extra = -left.values().stream().filter(each -> each < 0).mapToInt(each -> each).sum();
    String example =
        left.entrySet().stream()
            .filter(each -> each.getValue() != 0)
            .map(each -> each.getKey().toString())
            .findFirst()
            .orElse("");
    need(
        missing + extra == 0,
        "of "
            + wanted.size()
            + " "
            + what
            + " "
            + missing
            + " missing, "
            + extra
            + " wrong: "
            + example);
  }
}
