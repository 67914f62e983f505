package dev.uprobe.agent.attach;

import dev.uprobe.agent.event.*;
import dev.uprobe.agent.kernel.*;
import dev.uprobe.agent.libbpf.*;
import dev.uprobe.agent.trace.EventReader;
import dev.uprobe.plan.*;
import java.io.ByteArrayOutputStream;
import java.nio.file.*;
import java.util.*;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("kernel")
class SmokeTest {
  @Test
  void smoke() throws Exception {
    long t0 = System.nanoTime();
    Libc libc = Libc.load();
    Libbpf libbpf = Libbpf.load();
    System.out.println("version " + libbpf.libbpf_version_string());
    LibbpfLog log = LibbpfLog.install(libbpf, libc);
    Architecture arch = Architecture.ofThisHost().get();
    long t1 = System.nanoTime();
    KernelFeatures features = KernelFeatures.probe(libbpf, libc, new BpfSystemCall(libc, arch));
    System.out.println(features);
    for (boolean multi : new boolean[] {true, false}) {
      features = new KernelFeatures(multi, true);
      long t2 = System.nanoTime();
      System.out.printf(
          "load libs %d ms, features %d ms%n", (t1 - t0) / 1000000, (t2 - t1) / 1000000);
      try (ProbeSet set = new ProbeSet(libbpf, log, libc, arch, features, 8 << 20)) {
        long t3 = System.nanoTime();
        Value a =
            new Value("a", new Operand(new Source.Argument(1), new ValueType.Whole(4, false)));
        Value s = new Value("s", new Operand(new Source.Argument(2), new ValueType.Text(16)));
        Value g = new Value("g", new Operand(new Source.Argument(7), new ValueType.Whole(4, true)));
        Value r =
            new Value(
                "return", new Operand(new Source.ReturnValue(), new ValueType.Whole(8, true)));
        MessageTemplate m =
            new MessageTemplate(
                List.of(
                    new MessageTemplate.Reference("function"),
                    new MessageTemplate.Literal(" a="),
                    new MessageTemplate.Reference("a"),
                    new MessageTemplate.Literal(" "),
                    new MessageTemplate.Reference("s"),
                    new MessageTemplate.Literal(" g="),
                    new MessageTemplate.Reference("g"),
                    new MessageTemplate.Literal(" ret="),
                    new MessageTemplate.Reference("return"),
                    new MessageTemplate.Literal(" in "),
                    new MessageTemplate.Reference("duration")));
        ProbePlan plan =
            new ProbePlan(
                "p",
                ProbeType.CALL,
                Optional.empty(),
                "func",
                List.of(a, s, g, r),
                List.of(
                    new Clause(
                        List.of(new Condition(a.operand(), Condition.Operator.NOT_EQUAL, 2)))),
                m);
        AttachedProbe p =
            set.add(
                "t",
                plan,
                new Selection(1, OptionalInt.empty(), Optional.empty(), Optional.empty()));
        long t4 = System.nanoTime();
        long off = Long.decode(System.getProperty("off"));
        System.out.println(
            p.attach(System.getProperty("bin"), List.of(new AttachedProbe.Site("func", off))));
        long t5 = System.nanoTime();
        System.out.printf(
            "buffer %d ms, add %d ms attach %d ms%n",
            (t3 - t2) / 1000000, (t4 - t3) / 1000000, (t5 - t4) / 1000000);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        EventReader reader =
            new EventReader(set.buffer(), new EventDecoder(set::probe), new TextSink(out));
        JsonSink js = new JsonSink(out, "host");
        Thread t = new Thread(reader);
        t.start();
        new ProcessBuilder(System.getProperty("bin")).inheritIO().start().waitFor();
        long t6 = System.nanoTime();
        set.detach();
        long t7 = System.nanoTime();
        System.out.printf("detach %d ms%n", (t7 - t6) / 1000000);
        reader.stop();
        t.join();
        System.out.println(out);
        System.out.println(p.counters());
      }
    }
  }
}
