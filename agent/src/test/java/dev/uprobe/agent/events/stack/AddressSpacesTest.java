package dev.uprobe.agent.events.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.process.procfs.FileIdentity;
import dev.uprobe.agent.process.procfs.Mapping;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AddressSpacesTest {
  private static final int PID = 70;
  private static final int CHILD = 71;
  private static final long SECOND = 1_000_000_000;

  private final Map<Integer, List<Mapping>> proc = new HashMap<>();
  private final AddressSpaces spaces = new AddressSpaces(pid -> proc.getOrDefault(pid, List.of()));

  private static Mapping code(long start, long end, String path) {
    return new Mapping(start, end, "r-xp", 0, new FileIdentity(1, 2), path, false);
  }

  private String at(int pid, long address, long nanos) {
    return spaces
        .of(pid, nanos)
        .flatMap(each -> each.at(address, nanos))
        .map(each -> each.mapping().path())
        .orElse("nothing");
  }

  @Test
  void aProcessThatRunsIsLookedAtWhenItIsFirstAskedFor() {
    proc.put(PID, List.of(code(0x1000, 0x2000, "/bin/app")));

    assertEquals("/bin/app", at(PID, 0x1000, 5));
    assertEquals("/bin/app", at(PID, 0x1fff, 5));
    assertEquals("nothing", at(PID, 0x2000, 5));
  }

  @Test
  void whatIsNoCodeIsNotKept() {
    proc.put(
        PID, List.of(new Mapping(0x1000, 0x2000, "rw-p", 0, new FileIdentity(1, 2), "/x", false)));

    assertEquals("nothing", at(PID, 0x1000, 5));
  }

  @Test
  void aProcessThatHasEndedIsStillKnown() {
    proc.put(PID, List.of(code(0x1000, 0x2000, "/bin/app")));
    spaces.look(PID);
    proc.clear();
    spaces.ended(10, PID);

    assertEquals("/bin/app", at(PID, 0x1000, 5));
  }

  @Test
  void aProcessIsForgottenAWhileAfterItsEnd() {
    spaces.executed(1, PID);
    spaces.mapped(2, PID, code(0x1000, 0x2000, "/bin/app"));
    spaces.ended(10, PID);
    spaces.ended(9 * SECOND, CHILD);
    assertEquals("/bin/app", at(PID, 0x1000, 5));
    spaces.ended(30 * SECOND, CHILD);

    assertEquals("nothing", at(PID, 0x1000, 5));
  }

  @Test
  void aProgramThatNobodyHasSeenRunningIsKnownFromWhatItMapped() {
    spaces.executed(10, PID);
    spaces.mapped(11, PID, code(0x1000, 0x2000, "/bin/app"));
    spaces.mapped(12, PID, code(0x5000, 0x6000, "/lib/libc.so.6"));

    assertEquals("/bin/app", at(PID, 0x1000, 20));
    assertEquals("/lib/libc.so.6", at(PID, 0x5000, 20));
  }

  @Test
  void anEventBelongsToTheProgramThatRanThen() {
    proc.put(PID, List.of(code(0x1000, 0x2000, "/bin/sh")));
    spaces.look(PID);
    spaces.executed(10, PID);
    spaces.mapped(11, PID, code(0x1000, 0x2000, "/bin/ls"));

    assertEquals("/bin/sh", at(PID, 0x1000, 9));
    assertEquals("/bin/ls", at(PID, 0x1000, 12));
  }

  @Test
  void aChildHasWhatItsParentHadMapped() {
    proc.put(PID, List.of(code(0x1000, 0x2000, "/bin/server")));
    spaces.forked(10, CHILD, PID);
    spaces.mapped(11, PID, code(0x5000, 0x6000, "/lib/plugin.so"));

    assertEquals("/bin/server", at(CHILD, 0x1000, 12));
    assertEquals("nothing", at(CHILD, 0x5000, 12));
    assertEquals("/lib/plugin.so", at(PID, 0x5000, 12));
    assertEquals(List.of(CHILD, PID), spaces.withAncestors(CHILD));
  }

  @Test
  void aLibraryThatTookTheAddressesOfAnotherIsTheOneFromThenOn() {
    spaces.executed(1, PID);
    spaces.mapped(2, PID, code(0x5000, 0x6000, "/lib/one.so"));
    spaces.mapped(8, PID, code(0x5800, 0x7000, "/lib/two.so"));

    assertEquals("/lib/one.so", at(PID, 0x5800, 5));
    assertEquals("/lib/two.so", at(PID, 0x5800, 9));
    assertEquals("/lib/one.so", at(PID, 0x5000, 9));
  }

  @Test
  void aProcessCannotMakeTheAgentKeepMoreAndMore() {
    spaces.executed(1, PID);
    for (int i = 0; i < 3 * AddressSpace.MAX_MAPPINGS; i++) {
      spaces.mapped(2, PID, code(0x1000L * i, 0x1000L * i + 0x1000, "/jit"));
    }

    assertEquals("nothing", at(PID, 0, 5));
    assertEquals("/jit", at(PID, 0x1000L * (3 * AddressSpace.MAX_MAPPINGS - 1), 5));
  }

  @Test
  void manyProcessesCannotMakeTheAgentKeepMoreAndMore() {
    int parent = 1;
    spaces.executed(1, parent);
    for (int i = 0; i < AddressSpace.MAX_MAPPINGS; i++) {
      spaces.mapped(2, parent, code(0x1000L * i, 0x1000L * i + 0x1000, "/jit"));
    }
    int last = 2 + 3 * AddressSpaces.MAX_MAPPINGS / AddressSpace.MAX_MAPPINGS;
    for (int child = 2; child <= last; child++) {
      spaces.forked(3, child, child - 1);
      spaces.ended(4, child - 1);
    }

    assertTrue(spaces.mappings() <= AddressSpaces.MAX_MAPPINGS, "there are " + spaces.mappings());
    assertEquals("nothing", at(parent, 0, 5));
    assertEquals("/jit", at(last, 0, 5));
  }

  @Test
  void afterALossProcessesAreLookedAtAgain() {
    proc.put(PID, List.of(code(0x1000, 0x2000, "/bin/sh")));
    spaces.look(PID);
    proc.put(PID, List.of(code(0x1000, 0x2000, "/bin/ls")));
    assertEquals("/bin/sh", at(PID, 0x1000, 5));

    spaces.lost();

    assertEquals("/bin/ls", at(PID, 0x1000, 5));
  }
}
