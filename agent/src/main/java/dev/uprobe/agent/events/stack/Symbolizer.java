package dev.uprobe.agent.events.stack;

import dev.uprobe.agent.binary.demangle.Demangler;
import dev.uprobe.agent.binary.functions.FunctionIndex;
import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.model.Frame;
import dev.uprobe.api.v1alpha1.ProbeType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the functions that the addresses of call stacks lie in. Used by one thread. */
final class Symbolizer {
  private static final int MAX_FRAMES = 16_384;

  private final AddressSpaces spaces;
  private final CodeFiles files;
  private final Map<Key, Frame> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Frame> eldest) {
          return size() > MAX_FRAMES;
        }
      };

  /** An instruction; {@code after} says that it is the one behind a call. */
  private record Key(CodeFile file, long fileOffset, boolean after) {}

  Symbolizer(AddressSpaces spaces, CodeFiles files) {
    this.spaces = spaces;
    this.files = files;
  }

  /** Returns the event with the functions of its stack. */
  Event symbolise(Event event) {
    if (event.stack().isEmpty()) {
      return event;
    }
    Optional<AddressSpace> space = spaces.of(event.pid(), event.timeNanos());
    return space.isPresent() ? event.stack(frames(event, space.get())) : event;
  }

  private List<Frame> frames(Event event, AddressSpace space) {
    List<Frame> frames = new ArrayList<>();
    int withCode = 1;
    for (Frame each : event.stack()) {
      // All addresses but that of the probe are where a call returns to: behind the call.
      boolean after = !frames.isEmpty() || event.probe().plan().type() == ProbeType.RETURN;
      long address = each.offset();
      Optional<MappedCode> code = space.at(after ? address - 1 : address, event.timeNanos());
      frames.add(code.isPresent() ? frame(address, after, code.get(), event.pid()) : each);
      if (code.isPresent()) {
        withCode = frames.size();
      }
    }
    // A function without a frame pointer keeps something else in its place, which leads nowhere.
    return List.copyOf(frames.subList(0, withCode));
  }

  private Frame frame(long address, boolean after, MappedCode code, int pid) {
    long fileOffset = address - code.mapping().start() + code.mapping().fileOffset();
    if (code.file().isPresent()) {
      Frame frame = known.get(new Key(code.file().get(), fileOffset, after));
      if (frame != null) {
        return frame;
      }
    }
    if (code.file().map(CodeFile::isForgotten).orElse(true)) {
      code.file(files.of(code.mapping(), spaces.withAncestors(pid)));
    }
    Key key = new Key(code.file().get(), fileOffset, after);
    return known.computeIfAbsent(key, Symbolizer::find);
  }

  private static Frame find(Key key) {
    FunctionIndex functions = key.file().functions();
    Optional<FunctionIndex.Place> function =
        functions.at(key.after() ? key.fileOffset() - 1 : key.fileOffset());
    if (function.isEmpty()) {
      // A signal's handler returns to the beginning of a function that nobody calls.
      function = functions.at(key.fileOffset());
    }
    Optional<String> file = Optional.of(key.file().name());
    return function
        .map(
            each ->
                new Frame(
                    Optional.of(Demangler.readable(each.name())),
                    key.fileOffset() - each.fileOffset(),
                    file))
        .orElseGet(
            () ->
                new Frame(
                    Optional.empty(),
                    functions.address(key.fileOffset()).orElse(key.fileOffset()),
                    file));
  }
}
