package dev.uprobe.agent.cli;

import dev.uprobe.agent.events.json.JsonSink;
import dev.uprobe.agent.events.model.ContainerResolver;
import dev.uprobe.agent.events.model.EventSink;
import dev.uprobe.agent.events.text.FoldedSink;
import dev.uprobe.agent.events.text.TextSink;
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
      return new JsonSink(out, node, ContainerResolver.none());
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
