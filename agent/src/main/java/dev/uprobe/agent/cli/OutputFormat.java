package dev.uprobe.agent.cli;

import dev.uprobe.agent.event.EventSink;
import dev.uprobe.agent.event.FoldedSink;
import dev.uprobe.agent.event.JsonSink;
import dev.uprobe.agent.event.Origins;
import dev.uprobe.agent.event.TextSink;
import java.io.OutputStream;

/** How events are written. */
enum OutputFormat {
  text {
    @Override
    EventSink sink(OutputStream out, String node) {
      return new TextSink(out);
    }
  },
  json {
    @Override
    EventSink sink(OutputStream out, String node) {
      return new JsonSink(out, node, Origins.none());
    }
  },
  folded {
    @Override
    EventSink sink(OutputStream out, String node) {
      return new FoldedSink(out);
    }
  };

  abstract EventSink sink(OutputStream out, String node);
}
