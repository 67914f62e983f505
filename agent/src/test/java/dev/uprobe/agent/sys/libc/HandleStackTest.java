package dev.uprobe.agent.sys.libc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandleStackTest {

  @Test
  void closesWhatWasOpenedLastFirst() {
    List<String> closed = new ArrayList<>();
    HandleStack handles = new HandleStack();
    handles.push(() -> closed.add("first"));
    handles.push(() -> closed.add("second"));
    handles.push(() -> closed.add("third"));

    handles.close();

    assertEquals(List.of("third", "second", "first"), closed);
  }

  @Test
  void closesNothingTwice() {
    List<String> closed = new ArrayList<>();
    HandleStack handles = new HandleStack();
    handles.push(() -> closed.add("only"));

    handles.close();
    handles.close();

    assertEquals(List.of("only"), closed);
  }

  @Test
  void givesBackWhatItTakesOver() {
    Handle handle = () -> {};
    HandleStack handles = new HandleStack();

    assertSame(handle, handles.push(handle));
  }
}
