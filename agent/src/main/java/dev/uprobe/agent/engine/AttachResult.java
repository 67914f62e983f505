package dev.uprobe.agent.engine;

import dev.uprobe.agent.binary.elf.ElfException;
import dev.uprobe.agent.engine.program.MissingCapabilityException;
import dev.uprobe.agent.process.files.TargetException;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.api.v1alpha1.AttachReason;
import dev.uprobe.language.text.Sentence;
import java.io.IOException;
import java.nio.file.NoSuchFileException;

/** What came of putting a probe on one file, or of the attempt to find files for it. */
public sealed interface AttachResult {

  /** Says why the probe is not attached, as a sentence without its full stop; empty if it is. */
  String message();

  /** The probe sits on at least one function. */
  record Attached() implements AttachResult {
    @Override
    public String message() {
      return "";
    }
  }

  /**
   * There is no file yet; a process may start, or load one.
   *
   * @param message a sentence without its full stop
   */
  record Waiting(String message) implements AttachResult {}

  /**
   * There is a file, and the probe may be attached soon: no process has chosen the function's
   * implementation yet (ifunc), or the file is being written.
   *
   * @param message a sentence without its full stop
   */
  record Pending(String message) implements AttachResult {}

  /**
   * The probe is not on this file, and will hardly be.
   *
   * @param message a sentence without its full stop, which names the file
   * @param details the words of libbpf and of the verifier; may be empty
   */
  record Failed(AttachReason reason, String message, String details) implements AttachResult {

    /** Says why there is no file, or none that can be used. */
    public static Failed of(IOException e) {
      return new Failed(reason(e), Sentence.reason(e), "");
    }

    private static AttachReason reason(IOException e) {
      if (e instanceof TargetException target) {
        return target.reason();
      }
      if (e instanceof NoSuchFileException) {
        return AttachReason.FILE_NOT_FOUND;
      }
      return e instanceof ElfException ? AttachReason.NOT_SUPPORTED : AttachReason.ATTACH_FAILED;
    }

    /** Says what the kernel did not take; its message already names the thing. */
    public static Failed of(KernelException e) {
      return new Failed(reason(e), Sentence.reason(e), e.details());
    }

    /** Says whether the file fits, and the kernel of this node is what refuses. */
    public boolean isKernels() {
      return reason == AttachReason.ATTACH_FAILED || reason == AttachReason.MISSING_CAPABILITY;
    }

    static AttachReason reason(KernelException e) {
      return e instanceof MissingCapabilityException
          ? AttachReason.MISSING_CAPABILITY
          : AttachReason.ATTACH_FAILED;
    }
  }
}
